import { randomUUID } from 'node:crypto';
import type { NamespaceFile } from '@tutti/contracts';
import { storageUri } from '@tutti/storage';
import type { Content } from '@tutti/storage';
import type { Gateway } from '../gateway.ts';

/**
 * Stores a file of a namespace. Each revision lies under a name of its own, so that one who reads the older keeps it.
 * @throws {UserError} STORAGE_FULL, STORAGE_URI_INVALID; and what the registry refuses.
 */
export async function putNamespaceFile(
  { storage, registry }: Pick<Gateway, 'storage' | 'registry'>,
  namespace: string,
  path: string,
  content: Content,
): Promise<NamespaceFile> {
  const { uri, sizeBytes } = await storage.put(storageUri([...namespace.split('.'), '_files', randomUUID()]), content);
  try {
    return await registry.putFile({ namespace, path, uri, sizeBytes, overwrite: true });
  } catch (error) {
    await storage.delete(uri);
    throw error;
  }
}

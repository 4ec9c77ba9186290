import type { Bus } from '@tutti/bus';
import { subjects, type GetNamespaceFile, type GetNamespaceFileReply, type NamespaceFile } from '@tutti/contracts';
import { absolutePath } from '@tutti/storage';

/** A file of a namespace, not a folder; `undefined` when there is none. */
export async function findNamespaceFile(bus: Bus, namespace: string, path: string): Promise<NamespaceFile | undefined> {
  const query = { namespace, path: absolutePath(path) };
  const { file } = await bus.request<GetNamespaceFile, GetNamespaceFileReply>(subjects.file('get'), query);
  return file?.directory === false ? file : undefined;
}

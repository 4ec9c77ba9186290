import { posix } from 'node:path';
import type { Storage } from '@google-cloud/storage';
import { TaskError, s } from '@tutti/plugin-sdk';
import type { Blob } from './blobs.ts';
import { parseGcsUri } from './gcs-uri.ts';

/** What becomes of objects once they have been taken. */
export const actionProperties = {
  action: s.enum(['NONE', 'MOVE', 'DELETE']).default('NONE').describe('What becomes of the objects after that.'),
  moveDirectory: s.string().optional().describe('With MOVE: address of the folder they go to.'),
} as const;

type Action = { readonly action: 'NONE' | 'MOVE' | 'DELETE'; readonly moveDirectory?: string | undefined };

/**
 * Does with objects what was asked for.
 * @throws {TaskError} PROPERTY_MISSING for a move that does not say where to.
 */
export async function disposeOf(storage: Storage, blobs: readonly Blob[], { action, moveDirectory }: Action) {
  if (action === 'NONE') return;
  if (action === 'MOVE' && moveDirectory === undefined)
    throw new TaskError('PROPERTY_MISSING', 'The property "moveDirectory" is required with action MOVE.', { retryable: false }); // prettier-ignore
  const target = moveDirectory === undefined ? undefined : parseGcsUri(moveDirectory);
  for (const { bucket, name } of blobs) {
    const file = storage.bucket(bucket).file(name);
    if (target) await file.copy(storage.bucket(target.bucket).file(posix.join(target.name, posix.basename(name))));
    await file.delete({ ignoreNotFound: true });
  }
}

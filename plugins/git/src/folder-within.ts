import { resolve, sep } from 'node:path';
import { TaskError } from '@tutti/plugin-sdk';

/** @throws {TaskError} FILE_PATH_OUTSIDE when the path leads out of the folder. */
export function folderWithin(folder: string, path: string): string {
  const target = resolve(folder, path.replace(/^\/+/, ''));
  if (target === folder || target.startsWith(`${folder}${sep}`)) return target;
  throw new TaskError('FILE_PATH_OUTSIDE', `The folder "${path}" would lie outside of ${folder}.`, {
    retryable: false,
  });
}

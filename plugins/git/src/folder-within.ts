import { resolve, sep } from 'node:path';
import { TaskError } from '@tutti/plugin-sdk';

/** @throws {TaskError} FILE_PATH_OUTSIDE when the path leads out of the folder, or into the one where git keeps its own. */
export function folderWithin(folder: string, path: string): string {
  const target = resolve(folder, path.replace(/^\/+/, ''));
  if (/(^|\/)\.git(\/|$)/i.test(path)) throw outside(path, folder);
  if (target === folder || target.startsWith(`${folder}${sep}`)) return target;
  throw outside(path, folder);
}

const outside = (path: string, folder: string): TaskError =>
  new TaskError('FILE_PATH_OUTSIDE', `"${path}" would lie outside of ${folder}, or where git keeps its own files.`, {
    retryable: false,
  });

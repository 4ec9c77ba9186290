import { resolve, sep } from 'node:path';
import { TaskError } from './errors.ts';

/**
 * The absolute path of what lies below a folder, or of the folder itself. A leading slash means nothing.
 * @throws {TaskError} FILE_PATH_OUTSIDE when the path leads out of the folder.
 */
export function pathWithin(folder: string, path: string): string {
  const target = resolve(folder, path.replace(/^\/+/, ''));
  if (target === folder || target.startsWith(`${folder}${sep}`)) return target;
  throw new TaskError('FILE_PATH_OUTSIDE', `"${path}" would lie outside the working folder.`, { retryable: false });
}

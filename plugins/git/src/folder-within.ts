import { TaskError, pathWithin } from '@tutti/plugin-sdk';

/** @throws {TaskError} FILE_PATH_OUTSIDE when the path leads out of the folder, or to where git keeps its own files. */
export function folderWithin(folder: string, path: string): string {
  if (!/(^|\/)\.git(\/|$)/i.test(path)) return pathWithin(folder, path);
  throw new TaskError('FILE_PATH_OUTSIDE', `"${path}" is where git keeps its own files.`, { retryable: false });
}

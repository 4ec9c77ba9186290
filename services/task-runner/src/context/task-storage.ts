import type { Readable } from 'node:stream';
import { TaskError } from '@tutti/plugin-sdk';
import type { StoredFile, TaskStorage } from '@tutti/plugin-sdk';
import { executionFolder } from '@tutti/storage';
import type { Storage } from '@tutti/storage';

/** Whose files they are. */
export interface FileOwner {
  readonly namespace: string;
  readonly flowId: string;
  readonly executionId: string;
  readonly taskId: string;
  readonly taskRunId: string;
}

/** Internal storage for one attempt: new files lie below the folder of its task run, each under a name of its own. */
export function createTaskStorage(storage: Storage, owner: FileOwner): TaskStorage {
  const folder = `${executionFolder(owner)}/tasks/${owner.taskId}/${owner.taskRunId}`;
  const taken = new Set<string>();
  return {
    put: (name, content): Promise<StoredFile> => storage.put(`${folder}/${freeName(taken, name)}`, content),
    async get(uri): Promise<Readable> {
      if (!(await storage.exists(uri))) throw fileNotFound(uri);
      return storage.get(uri);
    },
    exists: (uri) => storage.exists(uri),
    async sizeBytes(uri) {
      if (!(await storage.exists(uri))) throw fileNotFound(uri);
      return storage.size(uri);
    },
    delete: (uri) => storage.delete(uri),
    async purgeExecution(other) {
      const purged = executionFolder(other ? { ...other, executionId: other.id } : owner);
      const files = await storage.list(purged);
      await storage.deletePrefix(purged);
      return files.map(({ uri }) => uri);
    },
  };
}

/** The name as a path below the folder, numbered when it is taken. */
function freeName(taken: Set<string>, name: string): string {
  const steps = name.split('/').filter((step) => step !== '' && step !== '.' && step !== '..');
  const path = steps.map(encodeURIComponent).join('/') || 'file';
  for (let n = 0; ; n++) {
    const free = n === 0 ? path : path.replace(/[^/]*$/, (file) => `${n}-${file}`);
    if (taken.has(free)) continue;
    taken.add(free);
    return free;
  }
}

const fileNotFound = (uri: string): TaskError =>
  new TaskError('FILE_NOT_FOUND', `There is no file ${uri} in internal storage.`, {
    retryable: false,
    hint: 'It may have been purged, or belong to a task that has not run.',
  });

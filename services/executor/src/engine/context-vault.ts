import type { Work } from '@tutti/contracts';
import { executionFolder, type Storage } from '@tutti/storage';

/** Most bytes of a context within a message; the bus takes 256 KB in all. */
const LARGEST_CONTEXT_BYTES = 160 * 1024;

/** Puts a context that is too large for a message into storage, where the runner finds it by reference. */
export class ContextVault {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  async fit(work: Work): Promise<Work> {
    const text = JSON.stringify(work.context);
    if (text.length * 3 < LARGEST_CONTEXT_BYTES || Buffer.byteLength(text) < LARGEST_CONTEXT_BYTES) return work;
    const uri = `${executionFolder(work)}/contexts/${work.attemptId}.json`;
    const stored = await this.#storage.put(uri, Buffer.from(text));
    return { ...work, context: { 'tutti:stored': stored.uri } };
  }
}

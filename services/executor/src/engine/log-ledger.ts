import type { LogBatch } from '@tutti/contracts';
import type { LogStore } from '../store/log-store.ts';
import type { LogWriter } from './log-writer.ts';

/**
 * Sees to it that each line of an attempt is stored once, however often its runner repeats a report: it remembers the
 * next index of every attempt under way, and asks the table when it does not know (after a take-over).
 */
export class LogLedger {
  readonly #store: LogStore;
  readonly #writer: LogWriter;
  /** By task run: the attempt under way and the index of its next line. */
  readonly #next = new Map<string, { readonly attempt: number; readonly index: number }>();

  constructor(store: LogStore, writer: LogWriter) {
    this.#store = store;
    this.#writer = writer;
  }

  /** Resolves once the lines are stored. */
  async append(batch: LogBatch, about: { readonly taskId: string; readonly taskRunId: string }): Promise<void> {
    const { taskRunId, attempt } = batch;
    const known = this.#next.get(taskRunId);
    const next = known?.attempt === attempt ? known.index : await this.#storedBefore(batch);
    const fresh = batch.lines.slice(Math.max(next - batch.firstIndex, 0));
    if (fresh.length === 0) return;
    const firstIndex = batch.firstIndex + batch.lines.length - fresh.length;
    this.#next.set(taskRunId, { attempt, index: firstIndex + fresh.length });
    await new Promise<void>((done, fail) =>
      this.#writer.add({
        batch: { ...batch, firstIndex, lines: fresh },
        ...about,
        done,
        fail: (error) => {
          this.#next.delete(taskRunId);
          fail(error as Error);
        },
      }),
    );
  }

  /** An attempt that has just been granted has no lines yet. */
  open(taskRunId: string, attempt: number): void {
    if (this.#next.get(taskRunId)?.attempt !== attempt) this.#next.set(taskRunId, { attempt, index: 0 });
  }

  close(taskRunId: string): void {
    this.#next.delete(taskRunId);
  }

  clear(): void {
    this.#next.clear();
  }

  async #storedBefore({ taskRunId, executionId, attempt }: LogBatch): Promise<number> {
    return (await this.#store.lastIndex(taskRunId, executionId, attempt)) + 1;
  }
}

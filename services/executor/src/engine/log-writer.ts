import { partitionOf, subjects, type LogLine, type LogLines } from '@tutti/contracts';
import { groupBy } from '../group-by.ts';
import type { Bus } from '@tutti/bus';
import type { Logger } from '@tutti/service-kit';
import type { Fence } from '../store/execution-store.ts';
import type { LogStore, RunnerLines } from '../store/log-store.ts';
import type { Lease } from '../store/lease-store.ts';

/** Lines of a runner's report that wait to be stored. */
export interface PendingLines extends RunnerLines {
  done(): void;
  fail(error: unknown): void;
}

export interface LogWriterOptions {
  readonly owner: string;
  readonly leases: () => ReadonlyMap<number, Lease>;
  readonly store: LogStore;
  readonly bus: Bus;
  readonly log: Logger;
  /** Most lines in one statement. */
  readonly maxLines: number;
}

/**
 * Stores runners' log lines and only then shows them to the world, so that what a subscriber has seen is what it finds
 * again. One statement is in flight; what arrives meanwhile goes with the next.
 */
export class LogWriter {
  readonly #options: LogWriterOptions;
  #queue: PendingLines[] = [];
  #running: Promise<void> | undefined;

  constructor(options: LogWriterOptions) {
    this.#options = options;
  }

  add(lines: PendingLines): void {
    this.#queue.push(lines);
    this.#running ??= this.#run().finally(() => (this.#running = undefined));
  }

  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    await Promise.resolve();
    while (this.#queue.length > 0) await this.#write(this.#take());
  }

  #take(): PendingLines[] {
    let lines = 0;
    const end = this.#queue.findIndex(({ batch }) => (lines += batch.lines.length) > this.#options.maxLines);
    return this.#queue.splice(0, end < 0 ? this.#queue.length : Math.max(end, 1));
  }

  async #write(reports: readonly PendingLines[]): Promise<void> {
    try {
      const ids = await this.#options.store.append(this.#fence(reports), reports);
      publishLines(this.#options.bus, toLines(reports, ids));
      for (const report of reports) report.done();
    } catch (error) {
      this.#options.log.warn(
        { err: error, reports: reports.length },
        'log lines could not be stored, their runners repeat them',
      );
      for (const report of reports) report.fail(error);
    }
  }

  #fence(reports: readonly PendingLines[]): Fence {
    const leases = this.#options.leases();
    const partitions = new Set(reports.map(({ batch }) => partitionOf(batch.executionId)));
    return {
      owner: this.#options.owner,
      epochs: new Map([...partitions].map((partition) => [partition, leases.get(partition)?.epoch ?? 0])),
    };
  }
}

function toLines(reports: readonly PendingLines[], ids: readonly number[]): LogLine[] {
  let next = 0;
  return reports.flatMap(({ batch, taskId, taskRunId }) =>
    batch.lines.map(({ atMs, level, message }) => ({
      id: ids[next++]!,
      source: 1 as const,
      executionId: batch.executionId,
      taskRunId,
      taskId,
      attempt: batch.attempt,
      atMs,
      level,
      message,
    })),
  );
}

/** Most text of lines in one message, characters; the bus takes 256 KB. */
const MESSAGE_CHARACTERS = 40_000;

/** Shows stored lines to whoever follows their executions, in messages that fit. */
export function publishLines(bus: Bus, lines: readonly LogLine[]): void {
  for (const [executionId, own] of groupBy(lines, (line) => line.executionId))
    for (const chunk of chunksOf(own)) {
      const message: LogLines = { executionId, lines: chunk };
      bus.publish(subjects.log(executionId), message);
    }
}

function* chunksOf(lines: readonly LogLine[]): Generator<LogLine[]> {
  let chunk: LogLine[] = [];
  let characters = 0;
  for (const line of lines) {
    if (chunk.length > 0 && characters + line.message.length > MESSAGE_CHARACTERS) {
      yield chunk;
      chunk = [];
      characters = 0;
    }
    chunk.push(line);
    characters += line.message.length + 150;
  }
  if (chunk.length > 0) yield chunk;
}

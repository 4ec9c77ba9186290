import { subjects } from '@tutti/contracts';
import type { LogLevel, LogLine, LogLines } from '@tutti/contracts';
import type { Bus, Subscription } from '@tutti/bus';
import type { ExecutionStore } from '../store/executions.ts';
import { advance, isAfter } from '../store/log-cursor.ts';
import type { LogCursor } from '../store/log-cursor.ts';
import { hasMore, levelNumber } from '../store/logs.ts';
import type { LogStore } from '../store/logs.ts';
import { subscribed } from './reconnects.ts';
import type { Reconnects } from './reconnects.ts';
import { Wakeup } from './wakeup.ts';

/** Lines that follow one another, and where to go on after them. */
export interface LogFeedBatch {
  readonly lines: readonly LogLine[];
  readonly cursor: LogCursor;
  /** The execution has ended and these are its last lines. */
  readonly ended: boolean;
}

/** What a feed needs to read the past and hear the present. */
export interface LogFeedDeps {
  readonly bus: Bus;
  readonly reconnects: Reconnects;
  readonly logs: LogStore;
  readonly executions: ExecutionStore;
}

/** Whose lines, and from where on. */
export interface LogFeedOptions {
  readonly executionId: string;
  readonly after: LogCursor;
  readonly minLevel?: LogLevel | null | undefined;
  readonly signal: AbortSignal;
}

/** Lines in one message to a client: larger ones cost latency, smaller ones CPU. */
const BATCH_LINES = 250;
const PAGE_LINES = 1_000;
/** Live lines kept for a reader that is slow; beyond that the database keeps them for it. */
const MAX_WAITING_LINES = 5_000;
/** The bus is a hint: a quiet feed looks into the database this often, ms. */
const QUIET_CHECK_MS = 10_000;

/**
 * An execution's log from a position on: what is stored, then what comes, each line once, to the end of the execution.
 *
 * It listens before it reads, so no line falls between. Whenever it may have missed something (a reconnect, a reader too
 * slow for its small buffer, a long silence) it reads on from the database at its position; so its memory is bounded.
 */
export async function* followLog(deps: LogFeedDeps, options: LogFeedOptions): AsyncGenerator<LogFeedBatch, void, void> {
  const { executionId, minLevel, signal } = options;
  const live = new LiveLines(deps, executionId);
  const wanted = minLevel ? levelNumber(minLevel) : 0;
  let cursor = options.after;
  try {
    await subscribed(deps.bus);
    while (!signal.aborted) {
      if (live.takeBehind()) {
        const ended = live.ended || ((await deps.executions.hasEnded(executionId)) ?? false);
        for await (const batch of readStored(deps.logs, options, cursor)) {
          if (signal.aborted) return;
          cursor = batch.cursor;
          if (batch.lines.length > 0) yield batch;
        }
        if (!ended) continue;
        yield { lines: [], cursor, ended: true };
        return;
      }
      const fresh = live.take(BATCH_LINES).filter((line) => isAfter(line, cursor));
      if (fresh.length > 0) {
        cursor = fresh.reduce(advance, cursor);
        const lines = fresh.filter(({ level }) => levelNumber(level) >= wanted);
        if (lines.length > 0) yield { lines, cursor, ended: false };
      } else if (live.isDrained && (live.ended || !(await live.wait(QUIET_CHECK_MS, signal)))) {
        live.fallBehind();
      }
    }
  } finally {
    live.stop();
  }
}

/** Stored lines after a position. A source that has come to its end is looked at again only when the other has, too. */
async function* readStored(
  logs: LogStore,
  { executionId, minLevel }: LogFeedOptions,
  start: LogCursor,
): AsyncGenerator<LogFeedBatch, void, void> {
  let cursor = start;
  for (let sources = { executor: true, runner: true }; ;) {
    const page = await logs.after(executionId, cursor, PAGE_LINES, { minLevel: minLevel ?? null }, sources);
    for (let first = 0; first < page.lines.length; first += BATCH_LINES) {
      const lines = page.lines.slice(first, first + BATCH_LINES);
      cursor = lines.reduce(advance, cursor);
      yield { lines, cursor, ended: false };
    }
    const readBoth = sources.executor && sources.runner;
    if (!hasMore(page) && readBoth) return;
    sources = hasMore(page) ? page.more : { executor: true, runner: true };
  }
}

/** The live side of a feed: a bounded buffer, and whether the database has to be asked. */
class LiveLines {
  ended = false;
  #behind = true;
  #lines: LogLine[] = [];
  readonly #wakeup = new Wakeup();
  readonly #subscriptions: readonly Subscription[];
  readonly #forgetReconnects: () => void;

  constructor({ bus, reconnects }: LogFeedDeps, executionId: string) {
    this.#subscriptions = [
      bus.listen<LogLines>(subjects.log(executionId), ({ lines, gap }) => this.#add(lines, gap)),
      bus.listen(`evt.execution.ended.${executionId}.>`, () => this.#end()),
    ];
    this.#forgetReconnects = reconnects.listen(() => this.fallBehind());
  }

  get isDrained(): boolean {
    return this.#lines.length === 0;
  }

  /** Whether the database has to be read; what is buffered by then is in it. */
  takeBehind(): boolean {
    const behind = this.#behind;
    this.#behind = false;
    if (behind) this.#lines = [];
    return behind;
  }

  fallBehind(): void {
    this.#behind = true;
    this.#wakeup.notify();
  }

  take(count: number): LogLine[] {
    return this.#lines.splice(0, count);
  }

  wait(timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    return this.#wakeup.wait(timeoutMs, signal);
  }

  stop(): void {
    this.#forgetReconnects();
    for (const subscription of this.#subscriptions) void subscription.stop();
  }

  #add(lines: readonly LogLine[], gap = false): void {
    if (gap || this.#lines.length + lines.length > MAX_WAITING_LINES) this.#behind = true;
    else this.#lines.push(...lines);
    this.#wakeup.notify();
  }

  #end(): void {
    this.ended = true;
    this.#wakeup.notify();
  }
}

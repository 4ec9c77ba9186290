import type { LogBatch, LogLevel } from '@tutti/contracts';
import type { TaskLogger } from '@tutti/plugin-sdk';

/** A batch leaves when it has this many lines or bytes, or after a short while. */
const BATCH_LINES = 1_000;
const BATCH_BYTES = 128 * 1024;
/** How long the first line of a batch waits for company, ms: short tasks then send all they say at once. */
const BATCH_DELAY_MS = 2;
/** Above this writers are asked to wait (`room`), bytes. */
const BUFFER_BYTES = 4 * BATCH_BYTES;
/** Above this lines are dropped: their writer does not wait. */
const BUFFER_MAX_BYTES = 16 * 1024 * 1024;
/** Most text that may travel with the result of an attempt, bytes. */
const RIDING_BYTES = 16 * 1024;
/** Longest line, characters. */
const LINE_MAX = 32 * 1024;
const LINE_OVERHEAD_BYTES = 48;
const RANK: Record<LogLevel, number> = { TRACE: 0, DEBUG: 1, INFO: 2, WARN: 3, ERROR: 4 };

type Line = LogBatch['lines'][number];
interface Entry {
  readonly line: Line;
  readonly childTaskId: string | undefined;
}

/** Where batches go and what may be written. */
export interface AttemptLogOptions {
  /** Stores a batch and resolves when that is sure; false when the attempt is no longer this runner's. */
  send(batch: Pick<LogBatch, 'firstIndex' | 'lines' | 'childTaskId'>): Promise<boolean>;
  /** Takes secrets out of a text. */
  mask(text: string): string;
  nowMs(): number;
  /** Total size of the attempt's log, bytes; what comes after is left out, and the log says so. */
  readonly maxBytes: number;
}

/**
 * The log of one attempt: lines in batches, in order, one batch under way at a time. Memory is bounded: a writer that
 * can wait asks for `room`, others lose what does not fit.
 */
export class AttemptLog {
  readonly #options: AttemptLogOptions;
  readonly #entries: Entry[] = [];
  #bufferedBytes = 0;
  #writtenBytes = 0;
  #nextIndex = 0;
  #full = false;
  #refused = false;
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  #waiting: (() => void)[] = [];

  constructor(options: AttemptLogOptions) {
    this.#options = options;
  }

  /** A logger for the task or for one of its children; lines below the minimal level are left out. */
  logger(minimal: LogLevel = 'TRACE', childTaskId?: string): TaskLogger {
    const at = (level: LogLevel) => (message: string) => {
      if (RANK[level] >= RANK[minimal]) this.write(level, message, childTaskId);
    };
    return {
      trace: at('TRACE'),
      debug: at('DEBUG'),
      info: at('INFO'),
      warn: at('WARN'),
      error: at('ERROR'),
      room: () => this.room(),
    };
  }

  write(level: LogLevel, text: string, childTaskId?: string): void {
    if (this.#full || this.#refused) return;
    const message = shorten(this.#options.mask(text));
    this.#push({ line: { atMs: this.#options.nowMs(), level, message }, childTaskId });
    if (this.#writtenBytes > this.#options.maxBytes || this.#bufferedBytes > BUFFER_MAX_BYTES) this.#close(childTaskId);
  }

  room(): Promise<void> | undefined {
    if (this.#bufferedBytes < BUFFER_BYTES || this.#refused) return undefined;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Resolves when every line is stored, or is not wanted any more. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#entries.length > 0 || this.#sending) await (this.#sending ?? this.#start());
  }

  /**
   * As `flush`, but the last lines are left to the caller when they are few and nothing was sent before them in
   * this moment: they then travel with the result.
   */
  async finish(): Promise<LogBatch['lines']> {
    while (this.#sending) await this.#sending;
    const ownOnly = this.#entries.every(({ childTaskId }) => childTaskId === undefined);
    if (!ownOnly || this.#bufferedBytes > RIDING_BYTES) await this.flush();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#bufferedBytes = 0;
    return this.#entries.splice(0).map(({ line }) => line);
  }

  #push(entry: Entry): void {
    this.#entries.push(entry);
    const bytes = sizeOf(entry);
    this.#bufferedBytes += bytes;
    this.#writtenBytes += bytes;
    if (this.#bufferedBytes >= BATCH_BYTES || this.#entries.length >= BATCH_LINES) void this.#start();
    else this.#timer ??= setTimeout(() => void this.#start(), BATCH_DELAY_MS);
  }

  #close(childTaskId: string | undefined): void {
    this.#full = true;
    const message = `The log of this attempt is longer than ${this.#options.maxBytes} bytes; the rest is left out.`;
    this.#push({ line: { atMs: this.#options.nowMs(), level: 'WARN', message }, childTaskId });
  }

  #start(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sending ??= this.#sendAll().finally(() => (this.#sending = undefined));
    return this.#sending;
  }

  async #sendAll(): Promise<void> {
    while (this.#entries.length > 0) {
      const entries = this.#takeBatch();
      const [{ childTaskId }] = entries as [Entry];
      const batch = { firstIndex: this.#nextIndex, lines: entries.map(({ line }) => line) };
      this.#nextIndex += entries.length;
      const stored = await this.#options.send(childTaskId === undefined ? batch : { ...batch, childTaskId });
      if (!stored) this.#refuse();
      this.#letIn();
    }
  }

  /** As many lines of one writer as fit. */
  #takeBatch(): Entry[] {
    const writer = this.#entries[0]?.childTaskId;
    let count = 0;
    let bytes = 0;
    for (const entry of this.#entries) {
      if (count === BATCH_LINES || (count > 0 && bytes + sizeOf(entry) > BATCH_BYTES) || entry.childTaskId !== writer) break; // prettier-ignore
      bytes += sizeOf(entry);
      count++;
    }
    this.#bufferedBytes -= bytes;
    return this.#entries.splice(0, count);
  }

  #refuse(): void {
    this.#refused = true;
    this.#entries.length = 0;
    this.#bufferedBytes = 0;
  }

  #letIn(): void {
    if (this.#bufferedBytes >= BUFFER_BYTES) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

/** Length on the wire. Text that needs no escape, which is most, is counted without making JSON of it. */
const sizeOf = ({ line: { message } }: Entry): number =>
  LINE_OVERHEAD_BYTES + (PLAIN.test(message) ? message.length : Buffer.byteLength(JSON.stringify(message)));

const PLAIN = /^[ !#-[\]-~]*$/;

const shorten = (message: string): string =>
  message.length <= LINE_MAX
    ? message
    : `${message.slice(0, LINE_MAX)}… (${message.length - LINE_MAX} more characters)`;

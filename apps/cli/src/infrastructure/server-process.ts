import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Backoff } from '../backoff.ts';
import { RotatingFile } from '../logs/rotating-file.ts';

/** How long a server may take to stop before it is killed, ms. */
const STOP_PATIENCE_MS = 10_000;
/** Output kept to explain a failed start, characters. */
const KEPT_OUTPUT = 16_384;

/** What makes a server. */
export interface ServerDefinition {
  readonly name: string;
  readonly logFile: string;
  readonly spawn: () => ChildProcess;
  /** What its output says when it can be used. */
  readonly readyText: string;
  /** The signal that asks it to end well. */
  readonly stopSignal: NodeJS.Signals;
  /** Makes an error of the output of a failed start. */
  readonly explain: (output: string) => Error;
  /** Told when it ends unasked and when it starts again. */
  readonly tell: (sentence: string) => void;
}

/** A server of somebody else's making (PostgreSQL, NATS) as a child process; it is started again when it dies. */
export class ServerProcess {
  readonly #definition: ServerDefinition;
  readonly #log: RotatingFile;
  readonly #backoff = new Backoff();
  #child: ChildProcess | undefined;
  #output = '';
  #wanted = false;

  constructor(definition: ServerDefinition) {
    this.#definition = definition;
    this.#log = new RotatingFile(definition.logFile);
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts it and waits until it can be used. */
  async start(): Promise<void> {
    this.#wanted = true;
    const child = this.#definition.spawn();
    this.#child = child;
    await this.#untilReady(child);
    this.#backoff.started();
    child.once('exit', (code, signal) => {
      if (this.#wanted) void this.#startAgain(`ended (${signal ?? `code ${code}`})`);
    });
  }

  /** Asks it to end, and kills it when it does not. */
  async stop(): Promise<void> {
    this.#wanted = false;
    const child = this.#child;
    if (child && isRunning(child)) {
      const killer = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS);
      child.kill(this.#definition.stopSignal);
      await once(child, 'exit');
      clearTimeout(killer);
    }
    await this.#log.close();
  }

  /** Kills it as a crash would; it starts again by itself. */
  async crash(): Promise<void> {
    const child = this.#child;
    if (!child || !isRunning(child)) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  /** Ends it at once, for good. */
  killNow(): void {
    this.#wanted = false;
    this.#child?.kill('SIGKILL');
  }

  #untilReady(child: ChildProcess): Promise<void> {
    const { readyText, explain } = this.#definition;
    this.#output = '';
    return new Promise((resolve, reject) => {
      const hear = (chunk: Buffer): void => {
        this.#keep(chunk.toString());
        if (this.#output.includes(readyText)) resolve();
      };
      child.stdout?.on('data', hear);
      child.stderr?.on('data', hear);
      child.once('error', (error) => reject(explain(error.message)));
      child.once('close', () => reject(explain(this.#output)));
    });
  }

  async #startAgain(what: string): Promise<void> {
    const { name, tell } = this.#definition;
    const pauseMs = this.#backoff.next();
    tell(`${name} ${what}; starts again in ${pauseMs / 1000} s`);
    await pause(pauseMs);
    if (!this.#wanted) return;
    try {
      await this.start();
      tell(`${name} is back`);
    } catch (error) {
      await this.#startAgain(`does not start: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #keep(text: string): void {
    this.#log.write(text);
    this.#output = (this.#output + text).slice(-KEPT_OUTPUT);
  }
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null && child.pid !== undefined;
}

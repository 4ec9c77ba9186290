import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { RotatingFile } from './rotating-file.ts';

/** How long a server may take to stop before it is killed, ms. */
const STOP_PATIENCE_MS = 10_000;
/** Output kept to explain a failed start. */
const KEPT_OUTPUT = 16_384;

/** A server of somebody else's making (PostgreSQL, NATS) as a child process, its output in a log file. */
export class ServerProcess {
  readonly name: string;
  readonly #log: RotatingFile;
  readonly #spawn: () => ChildProcess;
  #child: ChildProcess | undefined;
  #output = '';
  #stopping = false;
  #told: (reason: string) => void = () => undefined;

  constructor(name: string, logFile: string, spawn: () => ChildProcess) {
    this.name = name;
    this.#log = new RotatingFile(logFile);
    this.#spawn = spawn;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  onUnexpectedExit(told: (reason: string) => void): void {
    this.#told = told;
  }

  /**
   * Starts it and waits until its output says that it is ready.
   * @throws What `explain` makes of its output when it ends before.
   */
  async start(readyText: string, explain: (output: string) => Error): Promise<void> {
    const child = this.#spawn();
    this.#child = child;
    this.#output = '';
    this.#stopping = false;
    await new Promise<void>((resolve, reject) => {
      const hear = (chunk: Buffer): void => {
        this.#keep(chunk.toString());
        if (this.#output.includes(readyText)) resolve();
      };
      child.stdout?.on('data', hear);
      child.stderr?.on('data', hear);
      child.once('error', (error) => reject(explain(error.message)));
      child.once('close', () => reject(explain(this.#output)));
    });
    this.#output = '';
    child.once('exit', (code, signal) => {
      if (!this.#stopping) this.#told(`${this.name} ended (${signal ?? `code ${code}`})`);
    });
  }

  /** Asks it to end, and kills it when it does not. */
  async stop(signal: NodeJS.Signals): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child && isRunning(child)) {
      const killer = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS);
      child.kill(signal);
      await once(child, 'exit');
      clearTimeout(killer);
    }
    await this.#log.close();
  }

  /** Kills it as a crash would. */
  async kill(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (!child || !isRunning(child)) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  #keep(text: string): void {
    this.#log.write(text);
    this.#output = (this.#output + text).slice(-KEPT_OUTPUT);
  }
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null && child.pid !== undefined;
}

import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { EXIT, UserError } from '@tutti/service-kit';
import type { ReadyMessage } from '@tutti/service-kit';
import { Backoff } from '../backoff.ts';
import type { ServiceLog } from '../logs/service-log.ts';

/** How often a service may fail before it was ever ready. */
const MAX_FAILED_STARTS = 5;
/** More than a service gives itself to drain (`TUTTI_DRAIN_TIMEOUT_MS`), ms. */
const STOP_PATIENCE_MS = 15_000;

/** What makes a service process. */
export interface ServiceProcessDefinition {
  readonly name: string;
  /** The built file. */
  readonly script: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: ServiceLog;
  /** Told when it ends unasked and when it is back. */
  readonly tell: (sentence: string) => void;
}

/** One service as a child process; it is started again when it dies. */
export class ServiceProcess {
  readonly #definition: ServiceProcessDefinition;
  readonly #backoff = new Backoff();
  #child: ChildProcess | undefined;
  #wanted = false;

  constructor(definition: ServiceProcessDefinition) {
    this.#definition = definition;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * Starts it and waits until it can take work, trying again a few times.
   * @throws {UserError} SERVICE_FAILED with the service's own last words.
   */
  async start(): Promise<ReadyMessage> {
    this.#wanted = true;
    for (let failures = 1; ; failures++) {
      const outcome = await this.#startOnce();
      if ('type' in outcome) return outcome;
      if (!this.#wanted || outcome.code === EXIT.settings || failures === MAX_FAILED_STARTS)
        throw this.#failed(outcome);
      await this.#pauseBeforeRestart('does not start');
    }
  }

  /** Lets it end its work, and kills it when that takes too long. */
  async stop(): Promise<void> {
    this.#wanted = false;
    const child = this.#child;
    if (child && isRunning(child)) {
      const killer = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS);
      if (child.connected) child.send({ type: 'stop' });
      else child.kill('SIGTERM');
      await once(child, 'exit');
      clearTimeout(killer);
    }
    await this.#definition.log.close();
  }

  /** Sends a signal as somebody from outside would; unless asked to stop, it starts again by itself. */
  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Ends it at once, for good. */
  killNow(): void {
    this.#wanted = false;
    this.#child?.kill('SIGKILL');
  }

  /** Resolves with its ready message, or with how it ended before that. */
  #startOnce(): Promise<ReadyMessage | Ended> {
    const { script, env, log } = this.#definition;
    const child = fork(script, [], {
      env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: ['--enable-source-maps'],
      detached: true, // a Ctrl-C of the terminal is ours to pass on, in the right order
    });
    this.#child = child;
    if (child.stdout) log.follow(child.stdout);
    if (child.stderr) log.follow(child.stderr);
    return new Promise((resolve) => {
      child.once('error', () => resolve({ code: null, signal: null }));
      child.once('exit', (code, signal) => resolve({ code, signal }));
      child.on('message', (message) => {
        if (!isReady(message)) return;
        this.#backoff.started();
        child.once('exit', (code, signal) => void this.#died({ code, signal }));
        resolve(message);
      });
    });
  }

  /** It was ready once, so it is started again for as long as it takes. */
  async #died(ended: Ended): Promise<void> {
    for (let what = `ended with ${describeEnd(ended)}`; this.#wanted; what = 'does not start') {
      await this.#pauseBeforeRestart(what);
      if (!this.#wanted) return;
      const outcome = await this.#startOnce();
      if ('type' in outcome) return this.#definition.tell(`${this.#definition.name} is back`);
    }
  }

  async #pauseBeforeRestart(what: string): Promise<void> {
    const pauseMs = this.#backoff.next();
    this.#definition.tell(`${this.#definition.name} ${what}; starts again in ${pauseMs / 1000} s`);
    await pause(pauseMs);
  }

  #failed(ended: Ended): UserError {
    const { name, log } = this.#definition;
    return new UserError(
      'SERVICE_FAILED',
      `The service ${name} does not start (${describeEnd(ended)}).${log.lastFatal ? `\n${log.lastFatal}` : ''}`,
      { hint: `Its whole log is in logs/${name}.log of the data folder.` },
    );
  }
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

function describeEnd({ code, signal }: Ended): string {
  return signal ?? `code ${code}`;
}

function isReady(message: unknown): message is ReadyMessage {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready';
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null && child.pid !== undefined;
}

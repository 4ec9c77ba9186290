import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { TaskError } from '@tutti/plugin-sdk';
import { killTree, killGroup } from './kill-tree.ts';
import { LineSplitter } from './line-splitter.ts';

/** When the program has ended but its output has not, something it started holds on to it: ended after this time, ms. */
const STRAY_PATIENCE_MS = 1_000;

/** How a command is run. */
export interface ProcessOptions {
  /** Program and arguments. */
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Ends the process with all that it has started. */
  readonly signal: AbortSignal;
  /** Marks the environment of everything the process starts, so that it can be found. */
  readonly mark: { readonly name: string; readonly value: string };
  readonly take: (line: string, stream: 'stdout' | 'stderr') => void;
  /** Resolves when further lines may come; nothing: at once. */
  readonly room: () => Promise<void> | undefined;
}

/** How a process ended. */
export interface ProcessEnd {
  readonly exitCode: number;
  /** Name of the signal that ended it. */
  readonly killedBy: string | undefined;
}

/**
 * Runs a program and hands over what it prints, line by line; while there is no room for lines, it waits at its pipe.
 * Whatever it leaves running is ended with it.
 * @throws {TaskError} PROGRAM_MISSING, PROGRAM_NOT_STARTED.
 */
export async function runProcess(options: ProcessOptions): Promise<ProcessEnd> {
  options.signal.throwIfAborted();
  const child = start(options);
  let stopped: Promise<void> | undefined;
  const stop = (): void => void (stopped ??= killTree(child.pid, options.mark));
  options.signal.addEventListener('abort', stop, { once: true });
  try {
    const outputs = [readLines(child.stdout, 'stdout', options), readLines(child.stderr, 'stderr', options)];
    const [code, signal] = (await exitOf(child, options)) as [number | null, string | null];
    killGroup(child.pid);
    const strays = setTimeout(stop, STRAY_PATIENCE_MS);
    await Promise.all(outputs).finally(() => clearTimeout(strays));
    await stopped;
    return { exitCode: code ?? 128 + signalNumber(signal), killedBy: signal ?? undefined };
  } finally {
    options.signal.removeEventListener('abort', stop);
  }
}

type Child = ChildProcess & { readonly stdout: Readable; readonly stderr: Readable };

function start({ command: [program = '', ...args], cwd, env, mark }: ProcessOptions): Child {
  return spawn(program, args, {
    cwd,
    env: { ...env, [mark.name]: mark.value },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  }) as Child;
}

async function exitOf(child: Child, { command: [program = ''] }: ProcessOptions): Promise<unknown[]> {
  try {
    return await once(child, 'exit');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')
      throw new TaskError('PROGRAM_MISSING', `There is no program "${program}" on this runner.`, {
        retryable: false,
        hint: 'Install it where the task-runner runs, or name another `interpreter`.',
        cause,
      });
    throw new TaskError('PROGRAM_NOT_STARTED', `"${program}" could not be started: ${String(cause)}`, { cause });
  }
}

function readLines(stream: Readable, name: 'stdout' | 'stderr', { take, room }: ProcessOptions): Promise<void> {
  const splitter = new LineSplitter((line) => take(line, name));
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    splitter.write(chunk);
    const waiting = room();
    if (!waiting) return;
    stream.pause();
    void waiting.then(() => stream.resume());
  });
  return new Promise((resolve) =>
    stream.once('close', () => {
      splitter.end();
      resolve();
    }),
  );
}

const SIGNALS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGTERM: 15,
};

const signalNumber = (signal: string | null): number => SIGNALS[signal ?? ''] ?? 0;

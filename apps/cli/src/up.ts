import { UserError } from '@tutti/service-kit';
import type { UpOptions } from './command-line.ts';
import { runExample } from './example.ts';
import { startTutti } from './start-tutti.ts';
import type { Tutti } from './start-tutti.ts';

const INTERRUPTED = 130;
/** One Ctrl-C may arrive twice: from the terminal and passed on by npm. */
const SAME_KEY_MS = 500;

/** `tutti up`: starts everything, runs the example, stays until it is asked to stop. Returns the exit code. */
export async function up(options: UpOptions): Promise<number> {
  const startedMs = Date.now();
  const print = (text: string): void => void process.stdout.write(`${text}\n`);
  const tell = (sentence: string): void => print(`  ${sentence}`);
  const stopAsked = new StopRequest();
  const starting = startTutti({
    port: options.port,
    host: options.host,
    dataFolder: options.dataFolder,
    tell,
    logs: { level: options.verbose ? 'debug' : 'warn', coloured: process.stdout.isTTY, print },
  });
  const tutti = await starting;
  stopAsked.onSecond(() => tutti.killNow());
  print(
    `\nTutti is ready at ${tutti.url} (${((Date.now() - startedMs) / 1000).toFixed(1)} s). Ctrl-C stops it; the data stay.\n`,
  );
  if (options.example && !stopAsked.asked) await showExample(tutti, stopAsked, print);
  await stopAsked.promise;
  print('\nstopping (Ctrl-C again: at once) …');
  await tutti.stop();
  print('stopped');
  return 0;
}

/** An example that fails is no reason to stop. */
async function showExample(tutti: Tutti, stop: StopRequest, print: (text: string) => void): Promise<void> {
  try {
    await runExample({ tutti, print, signal: stop.signal });
  } catch (error) {
    if (!stop.asked) print(`The example failed: ${describe(error)}`);
  }
}

/** An error for people: what, and the way out. */
export function describe(error: unknown): string {
  if (error instanceof UserError) return [error.message, error.hint].filter(Boolean).join('\n');
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Ctrl-C and SIGTERM: the first one asks, the second one forces. */
class StopRequest {
  readonly promise: Promise<void>;
  readonly #controller = new AbortController();
  #force: () => void = () => undefined;

  constructor() {
    let askedMs = 0;
    this.promise = new Promise((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const)
        process.on(signal, () => {
          if (this.asked && Date.now() - askedMs > SAME_KEY_MS) this.#forceExit();
          if (this.asked) return;
          askedMs = Date.now();
          this.#controller.abort();
          resolve();
        });
    });
  }

  get asked(): boolean {
    return this.#controller.signal.aborted;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  onSecond(force: () => void): void {
    this.#force = force;
  }

  #forceExit(): void {
    this.#force();
    process.exit(INTERRUPTED);
  }
}

import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The folder of one attempt on the local disk: `work` is where scripts run, `out` is for files that become outputs.
 * Both are made when first asked for.
 */
export class AttemptFolder {
  readonly #root: string;
  readonly workPath: string;
  readonly outPath: string;
  readonly #made = new Set<string>();

  /** @param workPath An existing folder to work in, shared with others. */
  constructor(parent: string, name: string, workPath?: string) {
    this.#root = join(parent, name.replaceAll(/[^A-Za-z0-9_-]/g, '_'));
    this.workPath = workPath ?? join(this.#root, 'work');
    this.outPath = join(this.#root, 'out');
  }

  work(): string {
    return this.#make(this.workPath);
  }

  out(): string {
    return this.#make(this.outPath);
  }

  /** For templates that name the folders before anybody asked for them. */
  makeBoth(): void {
    this.work();
    this.out();
  }

  async remove(): Promise<void> {
    if (this.#made.size === 0) return;
    await rm(this.#root, { recursive: true, force: true, maxRetries: 3 });
  }

  /** At once, not in the thread pool: that costs a script more time than the call itself. */
  #make(path: string): string {
    if (!this.#made.has(path)) mkdirSync(path, { recursive: true, mode: 0o700 });
    this.#made.add(path);
    return path;
  }
}

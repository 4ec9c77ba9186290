import { once } from 'node:events';
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const EXAMINER = fileURLToPath(new URL('./examiner.mjs', import.meta.url));

/**
 * Tries changes of the core in several processes; gives each with how it was caught, as it comes.
 * @param changes each with the `file` and its changed `source`
 * @param core `sources` by path, the address of the `packages` they import, number of `seeds`
 * @throws {Error} when the core as it is fails its own tests
 */
export async function* examine(changes, core, jobs) {
  const waiting = changes.values();
  const examiners = await Promise.all(Array.from({ length: Math.min(jobs, changes.length) }, () => Examiner.of(core)));
  const busy = new Map(examiners.map((examiner) => [examiner, next(examiner, waiting)]));
  try {
    while (busy.size > 0) {
      const { examiner, verdict } = await Promise.race(busy.values());
      if (verdict) busy.set(examiner, next(examiner, waiting));
      else busy.delete(examiner);
      if (verdict) yield verdict;
    }
  } finally {
    for (const examiner of examiners) examiner.end();
  }
}

async function next(examiner, waiting) {
  const { value: change } = waiting.next();
  return { examiner, verdict: change && { change, caught: await examiner.caught(change) } };
}

class Examiner {
  #core;
  #process;

  static async of(core) {
    const examiner = new Examiner();
    examiner.#core = core;
    await examiner.#begin();
    return examiner;
  }

  /** How the tests notice a change; `null` when they do not. A mutant that brings the process down is caught. */
  async caught({ file, source }) {
    const caught = await this.#ask({ changed: { file, source } });
    if (caught !== undefined) return caught;
    await this.#begin();
    return 'brings the process down';
  }

  end() {
    this.#process.disconnect();
  }

  async #begin() {
    this.#process = fork(EXAMINER, { execArgv: ['--max-old-space-size=1500'], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] }); // prettier-ignore
    for (let times = 1; times <= 2; times++) {
      const caught = await this.#ask(this.#core);
      if (caught !== null) throw new Error(`The core fails its own tests: ${caught ?? 'the process ends'}`);
    }
  }

  async #ask(message) {
    const ended = new AbortController();
    const signal = ended.signal;
    try {
      this.#process.send(message);
      return await Promise.race([
        once(this.#process, 'message', { signal }).then(([{ caught }]) => caught),
        once(this.#process, 'exit', { signal }).then(() => undefined),
      ]);
    } finally {
      ended.abort();
    }
  }
}

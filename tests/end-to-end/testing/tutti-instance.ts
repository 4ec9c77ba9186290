import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTutti } from '@tutti/cli';
import type { Tutti } from '@tutti/cli';
import pg from 'pg';
import { Api } from './api.ts';

/** A whole Tutti of one test file's own, from the built files. */
export class TuttiInstance {
  readonly folder: string;
  #tutti: Tutti;
  #api: Api;

  private constructor(folder: string, tutti: Tutti) {
    this.folder = folder;
    this.#tutti = tutti;
    this.#api = new Api(tutti.url);
  }

  static async start(): Promise<TuttiInstance> {
    const folder = await mkdtemp(join(tmpdir(), 'tutti-end-to-end-'));
    return new TuttiInstance(folder, await run(folder));
  }

  get tutti(): Tutti {
    return this.#tutti;
  }

  get api(): Api {
    return this.#api;
  }

  /** Stops it and starts it on the same data. */
  async restart(): Promise<void> {
    await this.#api.close();
    await this.#tutti.stop();
    this.#tutti = await run(this.folder);
    this.#api = new Api(this.#tutti.url);
  }

  /** Rows of the services' own database, or of the one for users' data. */
  async query<Row extends object>(
    text: string,
    values: readonly unknown[] = [],
    url = this.#tutti.databaseUrl,
  ): Promise<Row[]> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<Row>(text, [...values])).rows;
    } finally {
      await client.end();
    }
  }

  async destroy(): Promise<void> {
    await this.#api.close();
    await this.#tutti.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

const run = (folder: string): Promise<Tutti> =>
  startTutti({
    dataFolder: join(folder, 'data'),
    port: 0,
    env: { ...process.env, TUTTI_DATABASE_URL: '', TUTTI_NATS_URL: '' },
  });

import { randomUUID } from 'node:crypto';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { matchesAnyGlob } from '@tutti/plugin-sdk';
import { cacheFolder, type Storage } from '@tutti/storage';
import { isUserError, type Clock } from '@tutti/service-kit';

/** Which files of a WorkingDirectory are kept for the next execution, and for how long, ms. */
export interface FolderCacheOptions {
  readonly patterns: readonly string[];
  readonly ttlMs: number;
}

/** Whose files they are. */
export interface FolderCacheOwner {
  readonly namespace: string;
  readonly flowId: string;
  readonly taskId: string;
}

/** The newest archive. */
interface Entry {
  readonly atMs: number;
  readonly uri: string;
}

/**
 * Files of a working directory that outlive the execution, such as `node_modules` or a virtual environment: an archive
 * in internal storage for each task. The address of the newest one is written last, so that it is never half there.
 */
export class FolderCache {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #options: FolderCacheOptions;
  readonly #folder: string;
  #known: string | undefined;

  constructor(storage: Storage, clock: Clock, owner: FolderCacheOwner, options: FolderCacheOptions) {
    this.#storage = storage;
    this.#clock = clock;
    this.#options = options;
    this.#folder = cacheFolder(owner);
  }

  /** Puts the kept files into a folder; returns how many came, 0 when there are none that are young enough. */
  async restore(directory: string): Promise<number> {
    const entry = await this.#entry();
    if (!entry || this.#clock.nowMs() - entry.atMs >= this.#options.ttlMs) return 0;
    const archive = await this.#open(entry);
    if (!archive) return 0;
    const { extract } = await tar();
    await pipeline(archive, extract({ cwd: directory }));
    const files = await this.#filesIn(directory);
    this.#known = fingerprintOf(files);
    return files.length;
  }

  /** Keeps the files if they are others than those that were restored; returns how many, 0 when nothing has changed. */
  async save(directory: string): Promise<number> {
    const files = await this.#filesIn(directory);
    if (files.length === 0 || fingerprintOf(files) === this.#known) return 0;
    const before = await this.#entry();
    const uri = `${this.#folder}/files-${randomUUID()}.tar.gz`;
    const { create } = await tar();
    const archive = create(
      { cwd: directory, gzip: true, portable: true },
      files.map(({ path }) => path),
    );
    await this.#storage.put(uri, Readable.from(archive));
    await this.#storage.put(`${this.#folder}/files.json`, JSON.stringify({ atMs: this.#clock.nowMs(), uri }));
    if (before) await this.#storage.delete(before.uri);
    return files.length;
  }

  async #entry(): Promise<Entry | undefined> {
    const uri = `${this.#folder}/files.json`;
    return (await this.#storage.exists(uri)) ? ((await json(await this.#storage.get(uri))) as Entry) : undefined;
  }

  /** The archive, unless another execution is just replacing it. */
  async #open({ uri }: Entry): Promise<Readable | undefined> {
    try {
      return await this.#storage.get(uri);
    } catch (error) {
      if (isUserError(error) && error.code === 'FILE_NOT_FOUND') return undefined;
      throw error;
    }
  }

  async #filesIn(directory: string): Promise<KeptFile[]> {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    const paths = entries
      .filter((entry) => entry.isFile() || entry.isSymbolicLink())
      .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
      .filter((path) => matchesAnyGlob(path, this.#options.patterns))
      .sort();
    return Promise.all(paths.map((path) => describe(directory, path)));
  }
}

/** Loaded when it is needed, which is seldom. */
const tar = () => import('tar');

interface KeptFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

async function describe(directory: string, path: string): Promise<KeptFile> {
  const { size, mtimeMs } = await lstat(join(directory, path));
  return { path, sizeBytes: size, modifiedMs: Math.floor(mtimeMs / 1000) };
}

const fingerprintOf = (files: readonly KeptFile[]): string => JSON.stringify(files);

import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { UserError } from '@tutti/service-kit';
import type { Content, Storage, StoredFile } from './storage.ts';
import { parseStorageUri, storageUri } from './storage-uri.ts';

/** Where files are written before they get their name; no URI leads there, because it is beside the files' root. */
const INCOMING = 'incoming';
const FILES = 'files';
/** An incoming file that is older was left by a crash, ms. */
const LEFTOVER_AGE_MS = 24 * 60 * 60 * 1000;

/** Internal storage in a folder, which several processes may share. */
export async function openLocalStorage(folder: string): Promise<Storage> {
  await mkdir(join(folder, INCOMING), { recursive: true });
  await mkdir(join(folder, FILES), { recursive: true });
  await removeLeftovers(join(folder, INCOMING));
  return new LocalStorage(folder);
}

class LocalStorage implements Storage {
  readonly #files: string;
  readonly #incoming: string;

  constructor(folder: string) {
    this.#files = join(folder, FILES);
    this.#incoming = join(folder, INCOMING);
  }

  async put(uri: string, content: Content): Promise<StoredFile> {
    const names = parseStorageUri(uri);
    if (names.length === 0) throw notFound(uri);
    const target = join(this.#files, ...names);
    const incoming = join(this.#incoming, randomUUID());
    try {
      const sizeBytes = await writeSynced(incoming, content);
      await moveTo(target, incoming);
      return { uri: storageUri(names), sizeBytes };
    } catch (error) {
      await rm(incoming, { force: true });
      throw explain(error, uri);
    }
  }

  async get(uri: string): Promise<Readable> {
    const handle = await open(this.#path(uri)).catch((error: unknown) => {
      throw explain(error, uri);
    });
    if ((await handle.stat()).isFile()) return handle.createReadStream();
    await handle.close();
    throw notFound(uri);
  }

  async size(uri: string): Promise<number> {
    const found = await this.#stat(uri);
    if (!found?.isFile()) throw notFound(uri);
    return found.size;
  }

  async exists(uri: string): Promise<boolean> {
    return (await this.#stat(uri))?.isFile() ?? false;
  }

  async delete(uri: string): Promise<boolean> {
    if (!(await this.exists(uri))) return false;
    await rm(this.#path(uri), { force: true });
    await this.#removeEmptyFolders(dirname(this.#path(uri)));
    return true;
  }

  async deletePrefix(uri: string): Promise<number> {
    const count = (await this.list(uri)).length;
    const path = this.#path(uri);
    if (path === this.#files) await Promise.all((await readdir(path)).map((name) => removeTree(join(path, name))));
    else await removeTree(path).then(() => this.#removeEmptyFolders(dirname(path)));
    return count;
  }

  async list(uri: string): Promise<StoredFile[]> {
    const found: StoredFile[] = [];
    await collect(this.#path(uri), parseStorageUri(uri), found);
    return found.sort((a, b) => (a.uri < b.uri ? -1 : 1));
  }

  localPath(uri: string): string {
    return this.#path(uri);
  }

  #path(uri: string): string {
    return join(this.#files, ...parseStorageUri(uri));
  }

  async #stat(uri: string) {
    return stat(this.#path(uri)).catch((error: unknown) => {
      if (isCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
      throw explain(error, uri);
    });
  }

  /** Upwards until one is not empty, so that purged executions leave no trace. */
  async #removeEmptyFolders(folder: string): Promise<void> {
    for (let path = folder; path.length > this.#files.length; path = dirname(path)) {
      try {
        await rmdir(path);
      } catch {
        return; // not empty, or gone already
      }
    }
  }
}

/** Writes and syncs, so that a committed state never points to a file that a crash took. */
async function writeSynced(path: string, content: Content): Promise<number> {
  const handle = await open(path, 'wx');
  try {
    await writeFile(handle, content); // a stream is written piece by piece
    await handle.datasync();
    return (await handle.stat()).size;
  } finally {
    await handle.close();
  }
}

/** A folder on the way may be removed as empty at the same moment: then it is made again. */
async function moveTo(target: string, source: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await mkdir(dirname(target), { recursive: true });
    try {
      return await rename(source, target);
    } catch (error) {
      if (!isCode(error, 'ENOENT') || attempt === 5) throw error;
    }
  }
}

async function collect(path: string, names: readonly string[], found: StoredFile[]): Promise<void> {
  const status = await stat(path).catch(() => undefined);
  if (status?.isFile()) found.push({ uri: storageUri(names), sizeBytes: status.size });
  if (!status?.isDirectory()) return;
  for (const name of await readdir(path)) await collect(join(path, name), [...names, name], found);
}

async function removeTree(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}

async function removeLeftovers(folder: string): Promise<void> {
  const oldest = Date.now() - LEFTOVER_AGE_MS;
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const status = await stat(path).catch(() => undefined);
    if (status && status.mtimeMs < oldest) await rm(path, { force: true });
  }
}

function explain(error: unknown, uri: string): unknown {
  if (isCode(error, 'ENOSPC', 'EDQUOT'))
    return new UserError('STORAGE_FULL', `There is no room left in internal storage for ${uri}.`, {
      hint: 'Free disk space (PurgeExecutions removes old files), or put the storage elsewhere by TUTTI_STORAGE_FOLDER.',
      cause: error,
    });
  if (isCode(error, 'ENOENT', 'ENOTDIR')) return notFound(uri);
  if (isCode(error, 'EISDIR', 'EEXIST', 'ENOTEMPTY'))
    return new UserError('STORAGE_URI_INVALID', `${uri} cannot be a file: there is a folder or file in its place.`, {
      hint: 'Choose another name.',
      cause: error,
    });
  return error;
}

function notFound(uri: string): UserError {
  return new UserError('FILE_NOT_FOUND', `There is no file ${uri} in internal storage.`, {
    hint: 'It may have been purged, or another execution wrote it.',
  });
}

function isCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

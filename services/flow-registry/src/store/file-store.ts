import type { NamespaceFile } from '@tutti/contracts';
import type { Database, Queryable } from '@tutti/database';
import type { DataSource, Repository } from 'typeorm';
import { Like } from 'typeorm';
import { fileEntity, type FileRow } from './entities.ts';
import { escaped } from './flow-store.ts';

/** A file or folder to put. */
export type NewFile = Pick<NamespaceFile, 'namespace' | 'path' | 'directory' | 'sizeBytes' | 'uri'>;

/** The list of the files of namespaces; their content lies in internal storage. Paths are absolute. */
export class FileStore {
  readonly #database: Database;
  readonly #files: Repository<FileRow>;

  constructor(database: Database, source: DataSource) {
    this.#database = database;
    this.#files = source.getRepository(fileEntity);
  }

  async find(namespace: string, path: string): Promise<NamespaceFile | undefined> {
    const row = await this.#files.findOneBy({ namespace, path });
    return row ? fileOf(row) : undefined;
  }

  /** Everything below a folder, by path. */
  async below(namespace: string, folder: string): Promise<NamespaceFile[]> {
    const path = Like(`${escaped(folder === '/' ? '' : folder)}/%`);
    return (await this.#files.find({ where: { namespace, path }, order: { path: 'ASC' } })).map(fileOf);
  }

  /** Puts a file with the folders it lies in. `undefined` when one is there and must stay, or is of the other kind. */
  put(file: NewFile, overwrite: boolean, nowMs: number): Promise<NamespaceFile | undefined> {
    return this.#database.transaction(async (transaction) => {
      for (const folder of foldersOf(file.path)) await putFolder(transaction, file.namespace, folder, nowMs);
      return putOne(transaction, file, overwrite, nowMs);
    });
  }

  async delete(namespace: string, paths: readonly string[]): Promise<number> {
    return this.#database.execute('DELETE FROM registry.files WHERE namespace = $1 AND path = ANY($2)', [
      namespace,
      paths,
    ]);
  }

  /** Gives files new places in one step: none is lost when it fails half way. */
  move(
    namespace: string,
    moves: readonly { readonly from: string; readonly to: NewFile }[],
    nowMs: number,
  ): Promise<void> {
    return this.#database.transaction(async (transaction) => {
      const from = moves.map((move) => move.from);
      await transaction.execute('DELETE FROM registry.files WHERE namespace = $1 AND path = ANY($2)', [
        namespace,
        from,
      ]);
      for (const { to } of moves) {
        for (const folder of foldersOf(to.path)) await putFolder(transaction, namespace, folder, nowMs);
        await putOne(transaction, to, true, nowMs);
      }
    });
  }
}

/** The folders a path lies in, without the root: `/a`, `/a/b` for `/a/b/c`. */
function foldersOf(path: string): string[] {
  const steps = path.split('/').slice(1, -1);
  return steps.map((_, index) => `/${steps.slice(0, index + 1).join('/')}`);
}

async function putFolder(on: Queryable, namespace: string, path: string, nowMs: number): Promise<void> {
  await on.execute(
    `INSERT INTO registry.files (namespace, path, directory, size_bytes, updated_at_ms) VALUES ($1, $2, true, 0, $3)
      ON CONFLICT DO NOTHING`,
    [namespace, path, nowMs],
  );
}

async function putOne(
  on: Queryable,
  file: NewFile,
  overwrite: boolean,
  nowMs: number,
): Promise<NamespaceFile | undefined> {
  const { namespace, path, directory, sizeBytes, uri } = file;
  const [row] = await on.query<{ revision: number }>(
    `INSERT INTO registry.files AS old (namespace, path, directory, size_bytes, uri, updated_at_ms)
      VALUES ($1, $2, $3, $4, $5, $6)
      ON CONFLICT (namespace, path) DO UPDATE SET size_bytes = excluded.size_bytes, uri = excluded.uri,
        updated_at_ms = excluded.updated_at_ms, revision = old.revision + 1
      WHERE old.directory = excluded.directory AND ($7 OR excluded.directory)
      RETURNING revision`,
    [namespace, path, directory, sizeBytes, uri ?? null, nowMs, overwrite],
  );
  return row && { ...file, revision: row.revision, updatedAtMs: nowMs };
}

function fileOf({ uri, ...row }: FileRow): NamespaceFile {
  return { ...row, ...(uri !== null && { uri }) };
}

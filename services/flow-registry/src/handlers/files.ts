import type { ChangedReply, DeleteNamespaceFile, GetNamespaceFile, GetNamespaceFileReply, ListNamespaceFiles, ListNamespaceFilesReply, MoveNamespaceFile, NamespaceFile, PutNamespaceFile } from '@tutti/contracts'; // prettier-ignore
import { UserError, type Clock, type Logger } from '@tutti/service-kit';
import { absolutePath, namespaceFileUri, type Storage } from '@tutti/storage';
import { requireNamespace } from '../rules/namespaces.ts';
import type { FileStore, NewFile } from '../store/file-store.ts';

export interface FileDeps {
  readonly files: FileStore;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Lists a file whose content the sender has stored, or makes a folder; the folders it lies in come with it.
 * @throws {UserError} FILE_PATH_INVALID, NAMESPACE_INVALID, FILE_EXISTS
 */
export async function handlePutFile({ files, clock }: FileDeps, command: PutNamespaceFile): Promise<NamespaceFile> {
  const { namespace, uri, sizeBytes = 0, directory = false, overwrite = true } = command;
  requireNamespace(namespace);
  const path = requirePath(command.path);
  const file: NewFile = { namespace, path, directory, sizeBytes, ...(uri !== undefined && { uri }) };
  const stored = await files.put(file, overwrite, clock.nowMs());
  if (stored) return stored;
  throw exists(namespace, path);
}

export async function handleGetFile({ files }: FileDeps, query: GetNamespaceFile): Promise<GetNamespaceFileReply> {
  const file = await files.find(query.namespace, requirePath(query.path));
  return file ? { file } : {};
}

export async function handleListFiles(
  { files }: FileDeps,
  query: ListNamespaceFiles,
): Promise<ListNamespaceFilesReply> {
  return { files: await files.below(query.namespace, requirePath(query.under ?? '/')) };
}

/** Deletes a file, or a folder with all below it; their content after the list no longer has them. */
export async function handleDeleteFile(deps: FileDeps, command: DeleteNamespaceFile): Promise<ChangedReply> {
  const { namespace } = command;
  const path = requirePath(command.path);
  const doomed = await fileWithAllBelow(deps, namespace, path);
  const paths = doomed.map((file) => file.path);
  const changed = await deps.files.delete(namespace, paths);
  await deleteContents(deps, doomed);
  return { changed };
}

/**
 * Moves a file, or a folder with all below it. The content is copied first: at the old address a new file may be put.
 * @throws {UserError} FILE_NOT_FOUND, FILE_EXISTS, FILE_PATH_INVALID
 */
export async function handleMoveFile(deps: FileDeps, command: MoveNamespaceFile): Promise<ChangedReply> {
  const { namespace } = command;
  const [from, to] = [requirePath(command.from), requirePath(command.to)];
  if (from === to) return { changed: 0 };
  if (to.startsWith(`${from}/`)) throw invalid(to, 'a folder cannot be moved into itself');
  const moved = await fileWithAllBelow(deps, namespace, from);
  if (!moved.some(({ path }) => path === from)) throw notFound(namespace, from);
  if (await deps.files.find(namespace, to)) throw exists(namespace, to);

  const moves: { from: string; to: NewFile }[] = [];
  for (const file of moved)
    moves.push({ from: file.path, to: await copyTo(deps, file, to + file.path.slice(from.length)) });
  await deps.files.move(namespace, moves, deps.clock.nowMs());
  await deleteContents(deps, moved);
  return { changed: moves.length };
}

async function copyTo({ storage }: FileDeps, file: NamespaceFile, path: string): Promise<NewFile> {
  const { namespace, directory, sizeBytes, uri } = file;
  if (uri === undefined) return { namespace, path, directory, sizeBytes };
  const copied = await storage.put(namespaceFileUri(namespace, path), await storage.get(uri));
  return { namespace, path, directory, ...copied };
}

async function fileWithAllBelow({ files }: FileDeps, namespace: string, path: string): Promise<NamespaceFile[]> {
  const file = await files.find(namespace, path);
  return [...(file ? [file] : []), ...(await files.below(namespace, path))];
}

/** What nobody can find any more; a content that stays costs room, not correctness. */
async function deleteContents({ storage, log }: FileDeps, files: readonly NamespaceFile[]): Promise<void> {
  for (const { uri, namespace, path } of files)
    if (uri !== undefined)
      await storage.delete(uri).catch((error: unknown) => log.warn({ err: error, namespace, path }, 'content of a deleted file stays')); // prettier-ignore
}

function requirePath(path: string): string {
  if (path.split('/').includes('..')) throw invalid(path, "File should be accessed with their full path and not using relative '..' path."); // prettier-ignore
  return absolutePath(path);
}

const invalid = (path: string, why: string): UserError => new UserError('FILE_PATH_INVALID', `The path "${path}" cannot be used: ${why}`); // prettier-ignore
const notFound = (namespace: string, path: string): UserError => new UserError('FILE_NOT_FOUND', `File '${path}' was not found in namespace '${namespace}'.`); // prettier-ignore
const exists = (namespace: string, path: string): UserError => new UserError('FILE_EXISTS', `The namespace "${namespace}" has "${path}" already.`); // prettier-ignore

import { UserError } from '@tutti/service-kit';

/** The scheme that users' flows print. */
const SCHEME = 'kestra://';
/** Longest path, characters: leaves room below the 4096 of Linux for the folder it lies in. */
const MAX_LENGTH = 3072;
/** Longest name of a file or folder, bytes; that of common file systems. */
const MAX_NAME_BYTES = 255;

/**
 * The names along the path of a URI, decoded. Nothing in them can lead out of the storage.
 * @throws {UserError} STORAGE_URI_INVALID.
 */
export function parseStorageUri(uri: string): string[] {
  const path = uri.startsWith(SCHEME) ? uri.slice(SCHEME.length) : uri;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(path)) throw invalid(uri, 'it has another scheme');
  if (path.length > MAX_LENGTH) throw invalid(uri.slice(0, 100), `it is longer than ${MAX_LENGTH} characters`);
  const names = path
    .split('/')
    .filter((name) => name !== '')
    .map((name) => decode(uri, name));
  for (const name of names) checkName(uri, name);
  return names;
}

/** The URI of a path; characters with a meaning in URIs are escaped. */
export function storageUri(names: readonly string[]): string {
  return `${SCHEME}/${names.map((name) => name.replaceAll(/[%?#\s]/g, encodeURIComponent)).join('/')}`;
}

function checkName(uri: string, name: string): void {
  if (name === '.' || name === '..') throw invalid(uri, 'it leads upwards');
  if (/[\0/\\]/.test(name)) throw invalid(uri, 'a name in it has a slash or a NUL');
  if (Buffer.byteLength(name) > MAX_NAME_BYTES)
    throw invalid(uri, `a name in it is longer than ${MAX_NAME_BYTES} bytes`);
}

function decode(uri: string, name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    throw invalid(uri, 'a percent sign in it starts no escape');
  }
}

function invalid(uri: string, reason: string): UserError {
  return new UserError('STORAGE_URI_INVALID', `"${uri}" is no file in internal storage: ${reason}.`, {
    hint: `Such URIs look like ${SCHEME}/namespace/flow/executions/id/tasks/task/run/file.csv.`,
  });
}

import { unzipSync, zipSync } from 'fflate';
import { UserError } from '@tutti/service-kit';

/** A file in an archive. */
export interface ZipFile {
  readonly name: string;
  readonly content: Uint8Array;
}

const MAX_FILES = 10_000;

/**
 * The wanted files of a zip archive.
 * @throws {UserError} ZIP_INVALID, ZIP_TOO_LARGE: what it says it holds is added up before anything is unpacked.
 */
export function readZip(
  archive: Uint8Array,
  { maxBytes, wanted }: { readonly maxBytes: number; readonly wanted: (name: string) => boolean },
): ZipFile[] {
  let [bytes, files] = [0, 0];
  try {
    const unpacked = unzipSync(archive, {
      filter: ({ name, originalSize }) => {
        if (name.endsWith('/') || !wanted(name)) return false;
        bytes += originalSize;
        files += 1;
        if (bytes > maxBytes || files > MAX_FILES)
          throw new UserError('ZIP_TOO_LARGE', `The archive holds more than ${maxBytes} bytes or ${MAX_FILES} files.`);
        return true;
      },
    });
    return Object.entries(unpacked).map(([name, content]) => ({ name, content }));
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new UserError('ZIP_INVALID', `The archive cannot be read: ${said}.`, { cause });
  }
}

/** An archive of text files. */
export function writeZip(
  files: readonly { readonly name: string; readonly content: string | Uint8Array }[],
): Uint8Array {
  return zipSync(
    Object.fromEntries(
      files.map(({ name, content }) => [name, typeof content === 'string' ? Buffer.from(content) : content]),
    ),
  );
}

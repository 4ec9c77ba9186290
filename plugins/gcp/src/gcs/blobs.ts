import type { File, Storage } from '@google-cloud/storage';
import { TaskError, s } from '@tutti/plugin-sdk';
import type { Properties, RunContext } from '@tutti/plugin-sdk';
import { defined } from '../defined.ts';
import { gcsUri, parseGcsUri } from './gcs-uri.ts';

/** Which objects are meant. */
export const listingProperties = {
  from: s.url().describe('Address of a folder, gs://bucket/path.'),
  listingType: s.enum(['DIRECTORY', 'RECURSIVE']).default('DIRECTORY').describe('Whether what lies in folders below counts.'), // prettier-ignore
  regExp: s
    .string()
    .optional()
    .describe('Regular expression that the whole address must match, such as `.*2024-01-..[.]csv`.'),
  allVersions: s.boolean().default(false).describe('Whether older versions of the objects count.'),
} as const;

/** How many objects a task takes. */
export const maxFiles = s
  .int()
  .default(25)
  .describe('How many are taken at most; the rest is left out with a warning.');

/** The properties above, parsed. */
export type Listing = Properties<typeof listingProperties>;

/** An object, or a folder, as tasks give it. */
export interface Blob {
  readonly uri: string;
  readonly bucket: string;
  readonly name: string;
  readonly directory: boolean;
  /** Bytes. */
  readonly size: number;
  readonly contentType?: string;
  readonly md5?: string;
  readonly crc32c?: string;
  readonly etag?: string;
  readonly generation?: string;
  readonly createTime?: string;
  readonly updateTime?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * The objects and folders of a listing, page by page; a listing of the folder itself is none.
 * @throws {TaskError} PATTERN_INVALID.
 */
export async function* blobsOf({ signal }: RunContext, storage: Storage, listing: Listing): AsyncGenerator<Blob> {
  const { bucket, name: prefix } = parseGcsUri(listing.from);
  const pattern = patternOf(listing.regExp);
  let query: object | null = {
    prefix,
    versions: listing.allVersions,
    ...(listing.listingType === 'DIRECTORY' && { delimiter: '/' }),
  };
  while (query !== null) {
    signal.throwIfAborted();
    // The query for the next page comes without the wish for pages.
    const page: Page = await storage.bucket(bucket).getFiles({ ...query, autoPaginate: false });
    const [files, next, answer] = page;
    const folders = ((answer as FilesAnswer | undefined)?.prefixes ?? []).map((name) => folderOf(bucket, name));
    for (const blob of [...folders, ...files.map(describeFile)])
      if (blob.name !== prefix && (!pattern || pattern.test(blob.uri))) yield blob;
    query = next ?? null;
  }
}

type Page = readonly [File[], object | null, unknown];

interface FilesAnswer {
  readonly prefixes?: readonly string[];
}

/** Those of them that are no folders. */
export async function* filesOf(blobs: AsyncIterable<Blob>): AsyncGenerator<Blob> {
  for await (const blob of blobs) if (!blob.directory) yield blob;
}

/** The first of them, with a warning when there are more. */
export async function firstBlobs({ log }: RunContext, blobs: AsyncIterable<Blob>, max: number): Promise<Blob[]> {
  const taken: Blob[] = [];
  for await (const blob of blobs) {
    if (taken.length >= max) {
      log.warn(`There are more than ${max} files; the others are left out. Set maxFiles to have more.`);
      break;
    }
    taken.push(blob);
  }
  return taken;
}

/** An object as tasks give it. */
export function describeFile({ name, bucket, metadata }: File): Blob {
  return {
    uri: gcsUri({ bucket: bucket.name, name }),
    bucket: bucket.name,
    name,
    directory: name.endsWith('/'),
    size: Number(metadata.size ?? 0),
    ...(defined({
      contentType: metadata.contentType,
      md5: metadata.md5Hash,
      crc32c: metadata.crc32c,
      etag: metadata.etag,
      generation: metadata.generation === undefined ? undefined : String(metadata.generation),
      createTime: metadata.timeCreated,
      updateTime: metadata.updated,
      metadata: metadata.metadata,
    }) as Partial<Blob>),
  };
}

const folderOf = (bucket: string, name: string): Blob => ({
  uri: gcsUri({ bucket, name }),
  bucket,
  name,
  directory: true,
  size: 0,
});

function patternOf(source: string | undefined): RegExp | undefined {
  if (source === undefined) return undefined;
  try {
    return new RegExp(`^(?:${source})$`, 's');
  } catch (cause) {
    throw new TaskError('PATTERN_INVALID', `The property "regExp" is no regular expression: ${String(cause)}`, {
      retryable: false,
      cause,
    });
  }
}

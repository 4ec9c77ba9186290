import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { File, Storage } from '@google-cloud/storage';
import { TaskError, defineTask, property, s } from '@tutti/plugin-sdk';
import type { Properties, RunContext } from '@tutti/plugin-sdk';
import { storageProperties } from './storage-properties.ts';
import { defined } from '../defined.ts';
import { gcsNames } from './gcs-names.ts';
import { gcsUri, parseGcsUri, parseObjectUri } from './gcs-uri.ts';
import type { GcsPlace } from './gcs-uri.ts';
import { withStorage } from './with-storage.ts';

const UPLOAD_FLOW = `id: gcs-upload
namespace: company.team
tasks:
  - id: file
    type: core.storage.Write
    extension: .csv
    content: |
      city,rides
      Rome,3
  - id: upload
    type: gcp.gcs.Upload
    serviceAccount: "{{ secret('GCP_CREDS') }}"
    from: "{{ outputs.file.uri }}"
    to: "gs://{{ kv('GCP_BUCKET_NAME') }}/rides/{{ execution.startDate | date('yyyy-MM-dd') }}.csv"
  - id: show
    type: core.log.Log
    message: "Stored as {{ outputs.upload.uri }}"
`;

/** A longer file is sent in an upload that can be resumed, which costs a request more. */
const SIMPLE_UPLOAD_MAX_BYTES = 5 * 1024 * 1024;
/** Such an upload is sent in parts, of which the one under way is held to be sent again after a fault. */
const CHUNK_BYTES = 8 * 1024 * 1024;

const properties = {
  ...storageProperties,
  from: property(
    s
      .union([s.record(s.string()), s.list(s.string()), s.nonEmpty()])
      .describe('URI of the file; or several, as a list, or as a map of the names below `to`.'),
    { render: 'typed' },
  ),
  to: s.url().describe('Address of the object, gs://bucket/path; of the folder when there are several files.'),
  contentType: s.string().optional().describe('Media type; by the ending of the name when left out.'),
  contentEncoding: s.string().optional().describe('Content-Encoding, such as gzip.'),
  contentDisposition: s.string().optional().describe('Content-Disposition.'),
  cacheControl: s.string().optional().describe('Cache-Control.'),
  validateChecksum: s.boolean().default(true).describe('Whether what was stored is compared with what was sent.'),
  expectedMd5: s.string().optional().describe('MD5 that the file must have, base64.'),
  expectedCrc32c: s.string().optional().describe('CRC32C that the file must have, base64.'),
} as const;

export const upload = defineTask({
  type: 'gcp.gcs.Upload',
  aliases: gcsNames('Upload'),
  title: 'Upload files from internal storage to Cloud Storage.',
  description: 'The file is streamed, so its size is not bounded by memory.',
  properties,
  outputs: {
    uri: s.string().describe('Address of the object, or of the folder.'),
    md5: s.string().describe('MD5 of the object, base64.'),
    crc32c: s.string().describe('CRC32C of the object, base64.'),
    files: s.record(s.string()).describe('With several files: the address of each, by name.'),
  },
  examples: [{ title: 'Upload a file', flow: UPLOAD_FLOW, runs: false }],
  run: (context, properties) =>
    withStorage(context, properties, `Cannot upload to ${properties.to}`, async (storage) => {
      const { from, to } = properties;
      if (typeof from !== 'string') return { uri: to, files: await uploadAll(context, storage, properties) };
      const file = await uploadOne(context, storage, properties, { from, place: parseObjectUri(to) });
      const { md5Hash: md5, crc32c } = file.metadata;
      return { uri: gcsUri({ bucket: file.bucket.name, name: file.name }), ...(defined({ md5, crc32c }) as Hashes) };
    }),
});

type UploadProperties = Properties<typeof properties>;
type Hashes = { readonly md5?: string; readonly crc32c?: string };

async function uploadAll(context: RunContext, storage: Storage, properties: UploadProperties) {
  const files = properties.from as readonly string[] | Readonly<Record<string, string>>;
  const { bucket, name: folder } = parseGcsUri(properties.to);
  const named = Array.isArray(files) ? files.map((uri: string) => [posix.basename(uri), uri] as const) : Object.entries(files); // prettier-ignore
  const uploaded: Record<string, string> = {};
  for (const [name, from] of named) {
    if (Object.hasOwn(uploaded, name))
      throw new TaskError('GCS_NAME_TWICE', `Two of the files are named "${name}".`, {
        hint: 'Give a map of names and files instead of a list.',
        retryable: false,
      });
    const place = { bucket, name: posix.join(folder, name) };
    await uploadOne(context, storage, properties, { from, place });
    uploaded[name] = gcsUri(place);
  }
  return uploaded;
}

async function uploadOne(
  context: RunContext,
  storage: Storage,
  properties: UploadProperties,
  { from, place }: { readonly from: string; readonly place: GcsPlace },
): Promise<File> {
  const { source, sizeBytes } = await open(context, from);
  const { contentType, contentEncoding, contentDisposition, cacheControl, validateChecksum } = properties;
  const file = storage.bucket(place.bucket).file(place.name);
  const target = file.createWriteStream({
    resumable: sizeBytes === undefined || sizeBytes > SIMPLE_UPLOAD_MAX_BYTES,
    chunkSize: CHUNK_BYTES,
    validation: validateChecksum && 'crc32c',
    ...(contentType !== undefined && { contentType }),
    metadata: defined({
      contentEncoding,
      contentDisposition,
      cacheControl,
      md5Hash: properties.expectedMd5,
      crc32c: properties.expectedCrc32c,
    }),
  });
  await pipeline(source, target, { signal: context.signal });
  context.counter('file.size', Number(file.metadata.size ?? sizeBytes ?? 0));
  context.log.debug(`Uploaded ${gcsUri(place)}.`);
  return file;
}

interface Source {
  readonly source: Readable;
  readonly sizeBytes?: number;
}

async function open({ storage, namespaceFiles }: RunContext, uri: string): Promise<Source> {
  if (uri.startsWith('nsfile:///')) return { source: await namespaceFiles.read(uri.slice('nsfile://'.length)) };
  return { source: await storage.get(uri), sizeBytes: await storage.sizeBytes(uri) };
}

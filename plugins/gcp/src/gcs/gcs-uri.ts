import { TaskError } from '@tutti/plugin-sdk';

/** Where an object lies. */
export interface GcsPlace {
  readonly bucket: string;
  /** Without a slash before it; empty for the bucket itself. */
  readonly name: string;
}

/**
 * The parts of `gs://bucket/path/of/object`.
 * @throws {TaskError} GCS_URI_INVALID.
 */
export function parseGcsUri(uri: string): GcsPlace {
  const [, bucket, name = ''] = /^gs:\/\/([^/]+)(?:\/+(.*))?$/s.exec(uri.trim()) ?? [];
  if (bucket === undefined)
    throw new TaskError('GCS_URI_INVALID', `"${uri}" is no address in Cloud Storage.`, {
      hint: 'Write gs://bucket/path/of/object.',
      retryable: false,
    });
  return { bucket, name };
}

/**
 * The same, of an object.
 * @throws {TaskError} GCS_URI_INVALID also when it names only a bucket or a folder.
 */
export function parseObjectUri(uri: string): GcsPlace {
  const place = parseGcsUri(uri);
  if (place.name === '' || place.name.endsWith('/'))
    throw new TaskError('GCS_URI_INVALID', `"${uri}" names no object.`, {
      hint: 'Write gs://bucket/path/of/object.',
      retryable: false,
    });
  return place;
}

/** The address of an object. */
export const gcsUri = ({ bucket, name }: GcsPlace): string => `gs://${bucket}/${name}`;

import type { Readable } from 'node:stream';

/** A file in internal storage. */
export interface StoredFile {
  /** `kestra:///namespace/as/path/flow/executions/…/file`: what flows print and pass on. */
  readonly uri: string;
  readonly sizeBytes: number;
}

/** What a file is made of. */
export type Content = Readable | Uint8Array | string;

/**
 * Internal storage: files by URI, streamed in and out, never half visible.
 * Wherever a URI is taken, a path without the scheme will do.
 */
export interface Storage {
  /**
   * Stores a file; one of the same URI is replaced at once.
   * @throws {UserError} STORAGE_FULL, STORAGE_URI_INVALID.
   */
  put(uri: string, content: Content): Promise<StoredFile>;
  /** @throws {UserError} FILE_NOT_FOUND. */
  get(uri: string): Promise<Readable>;
  /** Length in bytes. @throws {UserError} FILE_NOT_FOUND. */
  size(uri: string): Promise<number>;
  exists(uri: string): Promise<boolean>;
  /** Whether there was such a file. */
  delete(uri: string): Promise<boolean>;
  /** Deletes everything below a folder; returns how many files that were. */
  deletePrefix(uri: string): Promise<number>;
  /** Every file below a folder, in the order of their URIs. */
  list(uri: string): Promise<StoredFile[]>;
  /** Where the file lies on this machine, to be read by programs, not changed; `undefined` where it lies elsewhere. */
  localPath(uri: string): string | undefined;
}

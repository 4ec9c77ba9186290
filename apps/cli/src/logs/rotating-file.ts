import { createWriteStream, existsSync, renameSync, statSync } from 'node:fs';
import type { WriteStream } from 'node:fs';

const MAX_BYTES = 10 * 1024 * 1024;
const KEPT_FILES = 3;

/** A log file that is put aside as `.1`, `.2` … when it has grown to 10 MB. Open while it is written to. */
export class RotatingFile {
  readonly #path: string;
  #stream: WriteStream | undefined;
  #sizeBytes = 0;

  constructor(path: string) {
    this.#path = path;
  }

  write(text: string): void {
    if (this.#stream && this.#sizeBytes > MAX_BYTES) this.#rotate(this.#stream);
    this.#stream ??= this.#open();
    this.#sizeBytes += Buffer.byteLength(text);
    this.#stream.write(text);
  }

  /** Resolves when everything is written; a later write opens it again. */
  close(): Promise<void> {
    const stream = this.#stream;
    this.#stream = undefined;
    return new Promise((resolve) => (stream ? stream.end(() => resolve()) : resolve()));
  }

  #rotate(stream: WriteStream): void {
    stream.end();
    this.#stream = undefined;
    for (let number = KEPT_FILES - 1; number >= 0; number--) {
      const from = number === 0 ? this.#path : `${this.#path}.${number}`;
      if (existsSync(from)) renameSync(from, `${this.#path}.${number + 1}`);
    }
  }

  /** A log that cannot be written (a full disk) must not end the program. */
  #open(): WriteStream {
    this.#sizeBytes = existsSync(this.#path) ? statSync(this.#path).size : 0;
    return createWriteStream(this.#path, { flags: 'a' }).on('error', () => undefined);
  }
}

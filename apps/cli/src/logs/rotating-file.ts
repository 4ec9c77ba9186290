import { createWriteStream, existsSync, renameSync, statSync } from 'node:fs';
import type { WriteStream } from 'node:fs';

const MAX_BYTES = 10 * 1024 * 1024;
const KEPT_FILES = 3;

/** A log file that is put aside as `.1`, `.2` … when it has grown to 10 MB. */
export class RotatingFile {
  readonly #path: string;
  #stream: WriteStream;
  #sizeBytes: number;

  constructor(path: string) {
    this.#path = path;
    this.#sizeBytes = existsSync(path) ? statSync(path).size : 0;
    this.#stream = this.#open();
  }

  write(text: string): void {
    if (this.#sizeBytes > MAX_BYTES) this.#rotate();
    this.#sizeBytes += text.length;
    this.#stream.write(text);
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#stream.end(resolve));
  }

  #rotate(): void {
    this.#stream.end();
    for (let number = KEPT_FILES - 1; number >= 0; number--) {
      const from = number === 0 ? this.#path : `${this.#path}.${number}`;
      if (existsSync(from)) renameSync(from, `${this.#path}.${number + 1}`);
    }
    this.#sizeBytes = 0;
    this.#stream = this.#open();
  }

  /** A log that cannot be written (a full disk) must not end the program. */
  #open(): WriteStream {
    return createWriteStream(this.#path, { flags: 'a' }).on('error', () => undefined);
  }
}

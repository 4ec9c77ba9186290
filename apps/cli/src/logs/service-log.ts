import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { DataFolder } from '../infrastructure/data-folder.ts';
import { formatLogLine, isAtLeast, parseLogLine } from './log-line.ts';
import { RotatingFile } from './rotating-file.ts';

/** Which lines people see, and how. */
export interface LogView {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly coloured: boolean;
  readonly print: (text: string) => void;
}

/** The output of one service: all of it into a file as it comes, what matters onto the terminal. */
export class ServiceLog {
  readonly #service: string;
  readonly #file: RotatingFile;
  readonly #view: LogView;
  #lastFatal: string | undefined;

  constructor(service: string, folder: DataFolder, view: LogView) {
    this.#service = service;
    this.#file = new RotatingFile(folder.at('logs', `${service}.log`));
    this.#view = view;
  }

  /** Why the service ended, in its own words. */
  get lastFatal(): string | undefined {
    return this.#lastFatal;
  }

  /** Takes lines until the stream ends. */
  follow(output: Readable): void {
    createInterface({ input: output, crlfDelay: Infinity }).on('line', (line) => this.#take(line));
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  #take(text: string): void {
    this.#file.write(`${text}\n`);
    const line = parseLogLine(text);
    const { coloured, level, print } = this.#view;
    if (isAtLeast(line, 'fatal')) this.#lastFatal = formatLogLine(this.#service, line, false);
    if (level !== 'silent' && isAtLeast(line, level)) print(formatLogLine(this.#service, line, coloured));
  }
}

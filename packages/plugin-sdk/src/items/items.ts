import type { Readable } from 'node:stream';
import type { JsonMap } from '@tutti/flow-model';
import { TaskError } from '../errors.ts';
import { partsOf } from './parts.ts';

/** One line of a file of items, and what it says. */
export interface Item {
  readonly line: string;
  readonly values: JsonMap;
}

/** The items of a file with one JSON (or simple Ion) map a line. @throws {TaskError} ITEM_INVALID. */
export async function* itemsOf(file: Readable): AsyncGenerator<Item> {
  let number = 0;
  for await (const line of partsOf(file, '\n')) {
    number++;
    if (line.trim() !== '') yield { line, values: parseItem(line, number) };
  }
}

function parseItem(line: string, number: number): JsonMap {
  try {
    return JSON.parse(asJson(line)) as JsonMap;
  } catch (cause) {
    throw new TaskError('ITEM_INVALID', `Line ${number} is no map of values: ${line.slice(0, 100)}`, {
      retryable: false,
      cause,
    });
  }
}

/** Ion text as JSON: names without quotes get some; texts are passed over. */
const asJson = (line: string): string =>
  line.replaceAll(
    /"(?:[^"\\]|\\.)*"|([{,]\s*)([A-Za-z_$][\w$]*)(\s*:)/g,
    (all, before?: string, name?: string, after?: string) => (name === undefined ? all : `${before}"${name}"${after}`),
  );

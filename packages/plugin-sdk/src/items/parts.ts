import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** The parts of a text file between separators, streamed; an end without a separator counts, an empty rest does not. */
export async function* partsOf(
  file: Readable,
  separator: string,
  charset: BufferEncoding = 'utf8',
): AsyncGenerator<string> {
  const decoder = new StringDecoder(charset);
  let rest = '';
  for await (const chunk of file) {
    const parts = (rest + decoder.write(chunk as Buffer)).split(separator);
    rest = parts.pop() ?? '';
    yield* parts;
  }
  rest += decoder.end();
  if (rest !== '') yield rest;
}

import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Json, RunContext } from '@tutti/plugin-sdk';

/** A body with the headers that belong to it. */
export interface FormBody {
  readonly body: string | Readable;
  readonly headers: Readonly<Record<string, string>>;
}

interface Part {
  readonly head: string;
  readonly sizeBytes: number;
  content(): Promise<Readable>;
}

/** A form as a body: with files, or when the content type says so, in parts; else as one line of pairs. */
export async function formBody(
  { storage }: Pick<RunContext, 'storage'>,
  fields: Readonly<Record<string, Json>>,
  contentType: string | undefined,
): Promise<FormBody> {
  const multipart = contentType?.startsWith('multipart/') ?? Object.values(fields).some((field) => isFile(field));
  if (!multipart) {
    const pairs = Object.entries(fields).map(([name, value]): [string, string] => [name, textOf(value)]);
    return {
      body: new URLSearchParams(pairs).toString(),
      headers: { 'content-type': contentType ?? 'application/x-www-form-urlencoded' },
    };
  }
  const boundary = `tutti-${randomUUID()}`;
  const parts = await Promise.all(Object.entries(fields).map(([name, value]) => partOf(storage, name, value)));
  const heads = parts.map(({ head }) => `--${boundary}\r\n${head}\r\n\r\n`);
  const tail = `--${boundary}--\r\n`;
  const sizeBytes = parts.reduce((sum, part, n) => sum + Buffer.byteLength(heads[n] ?? '') + part.sizeBytes + 2, 0);
  return {
    body: Readable.from(written(parts, heads, tail)),
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': String(sizeBytes + Buffer.byteLength(tail)),
    },
  };
}

async function* written(parts: readonly Part[], heads: readonly string[], tail: string): AsyncGenerator<Buffer> {
  for (const [n, part] of parts.entries()) {
    yield Buffer.from(heads[n] ?? '');
    yield* (await part.content()) as AsyncIterable<Buffer>;
    yield Buffer.from('\r\n');
  }
  yield Buffer.from(tail);
}

async function partOf(storage: RunContext['storage'], name: string, value: Json): Promise<Part> {
  const { fileName, content } = isNamed(value)
    ? { fileName: textOf(value['name'] ?? null), content: textOf(value['content'] ?? null) }
    : { fileName: undefined, content: textOf(value) };
  const head = `Content-Disposition: form-data; name="${quoted(name)}"`;
  if (!isStorageUri(content)) {
    const bytes = Buffer.from(content);
    return {
      head: fileName === undefined ? head : fileHead(head, fileName),
      sizeBytes: bytes.byteLength,
      content: () => Promise.resolve(Readable.from([bytes])),
    };
  }
  return {
    head: fileHead(head, fileName ?? decodeURIComponent(content.slice(content.lastIndexOf('/') + 1))),
    sizeBytes: await storage.sizeBytes(content),
    content: () => storage.get(content),
  };
}

const fileHead = (head: string, fileName: string): string =>
  `${head}; filename="${quoted(fileName)}"\r\nContent-Type: application/octet-stream`;

const quoted = (text: string): string => text.replaceAll(/["\r\n]/g, (character) => encodeURIComponent(character));

const isNamed = (value: Json): value is Readonly<Record<string, Json>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && 'name' in value && 'content' in value;

const isFile = (value: Json): boolean => isNamed(value) || (typeof value === 'string' && isStorageUri(value));

const isStorageUri = (text: string): boolean => /^kestra:\/\/\/\S+$/.test(text);

const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

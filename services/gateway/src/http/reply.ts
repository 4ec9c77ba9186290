import type { Readable } from 'node:stream';

/** An HTTP answer. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text, bytes, or something that is sent as it comes. */
  readonly body?: string | Uint8Array | Readable | AsyncIterable<string>;
}

/** 200 with JSON, or another status. */
export const json = (value: unknown, status = 200): Reply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

/** An answer without a body. */
export const empty = (status: number): Reply => ({ status });

/** Plain text. */
export const plainText = (body: string): Reply => ({
  status: 200,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body,
});

/** A file to be saved under a name. */
export function attachment(
  name: string,
  body: NonNullable<Reply['body']>,
  contentType = 'application/octet-stream',
): Reply {
  const ascii = name.replaceAll(/[^\x20-\x7e]|["\\]/g, '_');
  return {
    status: 200,
    headers: {
      'content-type': contentType,
      'content-disposition': `attachment; filename="${ascii}"; filename*=utf-8''${encodeURIComponent(name)}`,
    },
    body,
  };
}

/** A server-sent event stream in Kestra's form: an id that says what it is, and data. */
export function eventStream(events: AsyncIterable<{ readonly id: string; readonly data: unknown }>): Reply {
  return {
    status: 200,
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' },
    body: (async function* () {
      for await (const { id, data } of events) yield `id: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
    })(),
  };
}

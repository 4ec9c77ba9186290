import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What a provider is asked. */
export interface Asked {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** What it answers. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** A provider on this machine. */
export interface StandIn {
  readonly url: string;
  readonly server: Server;
  readonly asked: Asked[];
}

/** Starts a server that answers what `answer` says, and notes what it was asked. */
export async function startStandIn(answer: (asked: Asked) => Answer): Promise<StandIn> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const one = { path: request.url ?? '', headers: request.headers, body: body === '' ? undefined : (JSON.parse(body) as unknown) }; // prettier-ignore
      asked.push(one);
      const { status = 200, headers = {}, body: answered } = answer(one);
      const type = typeof answered === 'string' ? 'text/html' : 'application/json';
      response.writeHead(status, { 'content-type': type, ...headers });
      response.end(typeof answered === 'string' ? answered : JSON.stringify(answered));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** A vector by which texts with the same words are near: how often each of 32 kinds of words stands in it. */
export function vectorOf(words: string): number[] {
  const vector = Array.from({ length: 32 }, () => 0);
  for (const word of words.toLowerCase().match(/\p{L}+/gu) ?? []) {
    const kind = Buffer.from(word).reduce((sum, byte) => (sum * 31 + byte) % 32, 7);
    vector[kind] = (vector[kind] ?? 0) + 1;
  }
  return vector;
}

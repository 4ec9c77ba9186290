import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A chat with an incoming webhook, which notes what is posted. */
export interface ChatServer {
  readonly url: string;
  readonly server: Server;
  readonly posted: { readonly headers: NodeJS.Dict<string | string[]>; readonly message: unknown }[];
  /** Resolves once so many messages were posted. */
  until(count: number): Promise<void>;
  /** How it answers the next messages. */
  answer: { status: number; body: string; headers?: Record<string, string> };
}

export async function startChat(): Promise<ChatServer> {
  const posted: ChatServer['posted'] = [];
  const arrivals = new EventEmitter();
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      posted.push({ headers: request.headers, message: JSON.parse(body) });
      arrivals.emit('message');
      response.writeHead(chat.answer.status, chat.answer.headers).end(chat.answer.body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/1/token`;
  const chat: ChatServer = {
    url,
    server,
    posted,
    async until(count) {
      while (posted.length < count) await once(arrivals, 'message');
    },
    answer: { status: 204, body: '' },
  };
  return chat;
}

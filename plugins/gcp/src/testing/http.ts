import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request that the stand-in answers. */
export interface Call {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** Address under which the caller reached it. */
  readonly origin: string;
}

/** What it answers: JSON, or bytes. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | object;
}

/** A fault in the form of Google's APIs. */
export class Refusal extends Error {
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

/** A route's handler gets the call and what the groups of its pattern matched. */
export type Route = readonly [method: string, path: RegExp, handle: (call: Call, ...parts: string[]) => Promise<Answer> | Answer]; // prettier-ignore

/** Answers a request by the first route that fits. */
export async function serve(routes: readonly Route[], request: IncomingMessage, response: ServerResponse) {
  const { status = 200, headers = {}, body } = await answerTo(routes, await readCall(request));
  const bytes = body === undefined || Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const type = bytes === body ? 'application/octet-stream' : 'application/json';
  response.writeHead(status, { 'content-type': type, 'content-length': bytes?.length ?? 0, ...headers }).end(bytes);
}

async function answerTo(routes: readonly Route[], call: Call): Promise<Answer> {
  try {
    for (const [method, path, handle] of routes) {
      const match = method === call.method ? path.exec(call.url.pathname) : null;
      if (match) return await handle(call, ...match.slice(1).map(decodeURIComponent));
    }
    throw new Refusal(404, 'notFound', `The stand-in has no ${call.method} ${call.url.pathname}.`);
  } catch (error) {
    const { status, reason, message } =
      error instanceof Refusal ? error : new Refusal(500, 'internalError', String(error));
    const said = { code: status, message, errors: [{ reason, message, domain: 'global' }] };
    return { status, body: { error: said } };
  }
}

async function readCall(request: IncomingMessage): Promise<Call> {
  const origin = `http://${request.headers.host}`;
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { method = 'GET', headers } = request;
  return { method, url: new URL(request.url ?? '/', origin), headers, body: Buffer.concat(chunks), origin };
}

/** The JSON body of a call. */
export const jsonOf = ({ body }: Call): Record<string, unknown> =>
  body.length === 0 ? {} : (JSON.parse(body.toString()) as Record<string, unknown>);

/** Metadata and content of a `multipart/related` upload. */
export function partsOfUpload({ headers, body }: Call): readonly [Record<string, unknown>, Buffer] {
  const [, boundary = ''] = /boundary="?([^";]+)/.exec(headers['content-type'] ?? '') ?? [];
  const contentOf = (from: number, to: number): Buffer => body.subarray(body.indexOf('\r\n\r\n', from) + 4, to - 2);
  const first = body.indexOf(`--${boundary}`);
  const second = body.indexOf(`--${boundary}`, first + 1);
  const end = body.lastIndexOf(`--${boundary}--`);
  return [JSON.parse(contentOf(first, second).toString()) as Record<string, unknown>, contentOf(second, end)];
}

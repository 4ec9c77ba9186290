import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { TEST_ATTEMPT_ID, removeTestFolders, runTask } from '@tutti/plugin-sdk/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { download } from './download.ts';
import { request } from './request.ts';

let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((incoming, response) => {
    void answer(incoming).then(({ status = 200, headers = {}, body = '' }) =>
      response.writeHead(status, headers).end(body),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://host.docker.internal:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await removeTestFolders();
});

interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}

async function answer(incoming: IncomingMessage): Promise<Answer> {
  const { pathname, searchParams } = new URL(incoming.url ?? '', 'http://x');
  const said = await text(incoming);
  const routes: Record<string, () => Answer> = {
    '/echo': () => ({
      headers: { 'content-type': 'application/json', 'x-a': 'b' },
      body: JSON.stringify({
        method: incoming.method,
        headers: incoming.headers,
        body: said,
        query: [...searchParams],
      }),
    }),
    '/moved': () => ({ status: 302, headers: { location: '/file.csv' } }),
    '/file.csv': () => ({ body: 'a,b\n1,2\n' }),
    '/named': () => ({ headers: { 'content-disposition': 'attachment; filename="report 1.csv"' }, body: 'x' }),
    '/packed': () => ({ headers: { 'content-encoding': 'gzip' }, body: gzipSync('unpacked') }),
    '/latin': () => ({
      headers: { 'content-type': 'text/plain; charset=iso-8859-1' },
      body: Buffer.from('é', 'latin1'),
    }),
    '/empty': () => ({}),
    '/broken': () => ({ status: 503, body: 'try later' }),
  };
  return routes[pathname]?.() ?? { status: 404, body: 'no such thing' };
}

const ask = async (properties: Record<string, unknown>) => {
  const { outputs, ...rest } = await runTask(request, { ...properties, uri: `${url}/echo` } as never);
  return { ...rest, outputs, echoed: JSON.parse(String(outputs['body'])) as Record<string, never> };
};

describe('a request', () => {
  it('gives status, headers and body', async () => {
    const { outputs, echoed } = await ask({ params: { a: '1' } });
    expect(outputs).toMatchObject({ code: 200, uri: `${url}/echo?a=1`, headers: { 'x-a': ['b'] } });
    expect(echoed).toMatchObject({ method: 'GET', query: [['a', '1']] });
  });

  it('sends a body with its type and the name of the attempt', async () => {
    const { echoed } = await ask({ method: 'POST', body: '{"a": 1}', headers: { 'X-Own': 'yes' } });
    expect(echoed).toMatchObject({
      body: '{"a": 1}',
      headers: { 'content-type': 'application/json', 'idempotency-key': TEST_ATTEMPT_ID, 'x-own': 'yes' },
    });
  });

  it.each([
    [{ options: { auth: { type: 'BASIC', username: 'u', password: 'p' } } }, 'Basic dTpw'],
    [{ options: { basicAuthUser: 'u', basicAuthPassword: 'p' } }, 'Basic dTpw'],
    [{ options: { auth: { type: 'BEARER', token: 't' } } }, 'Bearer t'],
  ])('says who asks: %j', async (properties, authorization) => {
    expect((await ask(properties)).echoed).toMatchObject({ headers: { authorization } });
  });

  it('sends forms, with files in parts', async () => {
    const plain = await ask({ method: 'POST', formData: { a: 'x y', n: 1 } });
    expect(plain.echoed).toMatchObject({
      body: 'a=x+y&n=1',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    const { outputs } = await runTask(
      request,
      { method: 'POST', uri: `${url}/echo` },
      {
        prepare: async ({ storage }) => {
          const { uri } = await storage.put('a.csv', 'stored');
          return { formData: { file: uri, named: { name: 'b.txt', content: 'given' }, field: 'v' } };
        },
      },
    );
    const { body, headers } = JSON.parse(String(outputs['body'])) as { body: string; headers: Record<string, string> };
    expect(body).toContain('name="file"; filename="a.csv"\r\nContent-Type: application/octet-stream\r\n\r\nstored\r\n');
    expect(body).toContain('name="named"; filename="b.txt"\r\nContent-Type: application/octet-stream\r\n\r\ngiven\r\n');
    expect(body).toContain('name="field"\r\n\r\nv\r\n');
    expect(Number(headers['content-length'])).toBe(Buffer.byteLength(body));
  });

  it('fails for a bad status, unless that is allowed', async () => {
    const run = (properties = {}) => runTask(request, { uri: `${url}/broken`, ...properties });
    await expect(run()).rejects.toMatchObject({
      code: 'HTTP_STATUS',
      retryable: true,
      message: `GET ${url}/broken answered 503: try later`,
    });
    await expect(runTask(request, { uri: `${url}/nope` })).rejects.toMatchObject({ retryable: false });
    expect((await run({ options: { allowFailed: true } })).outputs).toMatchObject({ code: 503, body: 'try later' });
    expect((await run({ allowFailed: true })).outputs).toMatchObject({ code: 503 });
    expect((await run({ options: { allowedResponseCodes: [503] } })).outputs).toMatchObject({ code: 503 });
  });

  it('follows redirects unless told not to', async () => {
    expect((await runTask(request, { uri: `${url}/moved` })).outputs).toMatchObject({ code: 200, body: 'a,b\n1,2\n' });
    const { outputs } = await runTask(request, { uri: `${url}/moved`, options: { followRedirects: false } });
    expect(outputs).toMatchObject({ code: 302 });
  });

  it('reads packed bodies and other character sets', async () => {
    expect((await runTask(request, { uri: `${url}/packed` })).outputs).toMatchObject({ body: 'unpacked' });
    expect((await runTask(request, { uri: `${url}/latin` })).outputs).toMatchObject({ body: 'é' });
  });

  it('names an address that nobody answers at', () =>
    expect(runTask(request, { uri: 'http://127.0.0.1:9/x?token=hidden' })).rejects.toMatchObject({
      code: 'HTTP_UNREACHABLE',
      message: expect.stringMatching(/^GET http:\/\/127\.0\.0\.1:9\/x failed: /) as string,
    }));
});

describe('a download', () => {
  it('stores the body under its name', async () => {
    const { outputs, read } = await runTask(download, { uri: `${url}/moved` });
    expect(outputs).toMatchObject({ code: 200, length: 8 });
    expect(String(outputs['uri'])).toMatch(/\/moved$|\/file\.csv$/);
    expect(await read(outputs['uri'])).toBe('a,b\n1,2\n');
    expect(String((await runTask(download, { uri: `${url}/named` })).outputs['uri'])).toMatch(/\/report%201\.csv$/);
    const saved = await runTask(download, { uri: `${url}/file.csv`, saveAs: 'other.csv' });
    expect(String(saved.outputs['uri'])).toMatch(/\/other\.csv$/);
  });

  it('fails when there is nothing to store, unless that is all right', async () => {
    await expect(runTask(download, { uri: `${url}/empty` })).rejects.toMatchObject({ code: 'HTTP_BODY_EMPTY' });
    const { outputs, log } = await runTask(download, { uri: `${url}/empty`, failOnEmptyResponse: false });
    expect([outputs['length'], log.length]).toEqual([0, 1]);
  });
});

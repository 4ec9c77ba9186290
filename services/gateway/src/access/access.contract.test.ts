import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subscribe } from '../testing/subscriber.ts';
import { startWorld } from '../testing/world.ts';
import type { World } from '../testing/world.ts';
import { ROUTE_POLICY } from './route-policy.ts';

const LOGIN = `Basic ${Buffer.from('ada:secret').toString('base64')}`;
const WRONG = `Basic ${Buffer.from('ada:wrong').toString('base64')}`;

let open: World;
let closed: World;
beforeAll(async () => {
  [open, closed] = await Promise.all([
    startWorld({ TUTTI_GATEWAY_ALLOWED_ORIGINS: 'https://dashboard.example' }),
    startWorld({ TUTTI_GATEWAY_USERNAME: 'ada', TUTTI_GATEWAY_PASSWORD: 'secret' }),
  ]);
});
afterAll(() => Promise.all([open.stop(), closed.stop()]));

/** `fetch` sets Host itself. */
function status(
  world: World,
  path: string,
  headers: Readonly<Record<string, string>>,
  method = 'GET',
): Promise<number> {
  return new Promise((resolve, reject) => {
    request({ port: world.port, path, method, headers }, (response) => resolve(response.resume().statusCode ?? 0))
      .on('error', reject)
      .end();
  });
}

describe('on loopback without a login', () => {
  it.each([
    ['localhost', 200],
    ['127.0.0.1:1234', 200],
    ['[::1]:8080', 200],
    ['LOCALHOST', 200],
    ['evil.example', 403],
    ['localhost.evil.example', 403],
    ['127.0.0.1.evil.example:80', 403],
  ])('a request for the host %s answers %i', async (host, expected) => {
    expect(await status(open, '/api/v1/flows/search', { Host: host })).toBe(expected);
  });

  it.each([
    ['http://localhost', 200],
    ['https://dashboard.example', 200],
    ['http://evil.example', 403],
    ['null', 403],
    ['http://localhost.evil.example', 403],
    ['http://localhost:9', 403],
  ])('a page of %s gets %i', async (origin, expected) => {
    expect(await status(open, '/api/v1/flows/search', { Host: 'localhost', Origin: origin })).toBe(expected);
    expect(await status(open, '/graphql?query=%7Bversion%7D', { 'Host': 'localhost', 'Origin': origin, 'content-type': 'application/json' })).toBe(expected); // prettier-ignore
  });

  it('opens no socket for a page of another site', async () => {
    const query = 'subscription { events { type } }';
    const events = subscribe(open.url, query, {}, { headers: { Origin: 'http://evil.example' } });
    await expect(events[Symbol.asyncIterator]().next()).rejects.toBeDefined();
  });

  it('changes nothing by a form or a link of another site', async () => {
    const query = encodeURIComponent('mutation { deleteExecution(id: "x") { deleted } }');
    expect(await status(open, `/graphql?query=${query}`, { 'content-type': 'application/json' })).toBe(405);
    expect(await status(open, '/graphql?query=%7Bversion%7D', {})).toBe(400);
  });
});

describe('with a login', () => {
  const isPublic = (policy: string): boolean => policy === 'public';

  it.each(Object.entries(ROUTE_POLICY))('%s needs %s', async (route, policy) => {
    const [method = '', path = ''] = route.split(' ');
    const address = `/api/v1${path.replaceAll(/\{\w+\}/g, 'x')}`;
    for (const headers of [{}, { authorization: WRONG }, { authorization: 'Bearer x' }] as const)
      expect((await status(closed, address, headers, method)) === 401).toBe(!isPublic(policy));
  });

  it('lets in who knows it', async () => {
    expect(await status(closed, '/api/v1/flows/search', { authorization: LOGIN })).toBe(200);
  });

  it('tells nobody else which paths there are', async () => {
    expect(await status(closed, '/api/v1/nothing', {})).toBe(401);
    expect(await status(closed, '/', {})).toBe(401);
  });

  it.each([
    '{ executions { nodes { id } } }',
    '{ __schema { types { name } } }',
    'mutation { deleteExecution(id: "x") { deleted } }',
  ])('refuses %s without one', async (query) => {
    const { data, errors } = await closed.graphql(query);
    expect(data ?? null).toBeNull();
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('says its version to everybody', async () => {
    expect((await closed.graphql('{ version }')).data).toEqual({ version: expect.any(String) });
  });

  it('lets subscribers in by a parameter of the connection, for browsers', async () => {
    await closed.insertExecution({ id: 'watched', state: 'SUCCESS', endedAtMs: 1 });
    const query = 'subscription { executionUpdated(id: "watched") { state } }';
    const first = async (connectionParams: Record<string, unknown>): Promise<unknown> => {
      for await (const data of subscribe(closed.url, query, {}, { connectionParams })) return data;
      return undefined;
    };
    expect(await first({ authorization: LOGIN })).toEqual({ executionUpdated: { state: 'SUCCESS' } });
    await expect(first({ authorization: WRONG })).rejects.toBeDefined();
  });
});

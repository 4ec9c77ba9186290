import { describe, expect, it } from 'vitest';
import { empty } from './reply.ts';
import { Router } from './router.ts';

const router = new Router({
  'GET /flows/{namespace}/{id}': () => empty(200),
  'GET /flows/search': () => empty(200),
  'GET /flows/{namespace}': () => empty(200),
  'DELETE /flows/{namespace}/{id}': () => empty(200),
  'GET /flows/{namespace}/revisions': () => empty(200),
});

describe('Router', () => {
  it.each([
    ['GET', '/flows/search', 'GET /flows/search', {}],
    ['GET', '/flows/searching', 'GET /flows/{namespace}', { namespace: 'searching' }],
    ['GET', '/flows/a/revisions', 'GET /flows/{namespace}/revisions', { namespace: 'a' }],
    ['GET', '/flows/a.b/c%20d', 'GET /flows/{namespace}/{id}', { namespace: 'a.b', id: 'c d' }],
    ['GET', '/flows/a/%E0%A4%A', 'GET /flows/{namespace}/{id}', { namespace: 'a', id: '%E0%A4%A' }],
    ['DELETE', '/flows/a/b', 'DELETE /flows/{namespace}/{id}', { namespace: 'a', id: 'b' }],
  ])('finds %s %s', (method, path, name, params) => {
    expect(router.find(method, path)).toMatchObject({ name, params });
  });

  it.each([
    '/flows',
    '/flows/',
    '/flows/a/',
    '/flows//b',
    '/Flows/search',
    '/flows/search/x/y',
    'flows/search',
    '/%66lows/search',
    '/flows/search;x/y/z',
  ])('finds nothing at %s', (path) => {
    expect(router.find('GET', path)).toBeUndefined();
  });

  it('tells which methods a path knows', () => {
    expect(router.methodsOf('/flows/a/b').sort()).toEqual(['DELETE', 'GET']);
    expect(router.methodsOf('/nothing')).toEqual([]);
  });
});

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serveFolder } from './file-server.ts';
import type { FileServer } from './file-server.ts';

let parent: string;
let server: FileServer;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'tutti-files-'));
  await mkdir(join(parent, 'data', 'inner'), { recursive: true });
  await writeFile(join(parent, 'data', 'inner', 'a.json'), '{"a":1}');
  await writeFile(join(parent, 'secret'), 'hidden');
  server = await serveFolder(join(parent, 'data'));
});
afterAll(async () => {
  server.close();
  await rm(parent, { recursive: true });
});

it('serves a file with its type and length', async () => {
  const response = await fetch(`${server.url}/inner/a.json`);
  expect(await response.json()).toEqual({ a: 1 });
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(response.headers.get('content-length')).toBe('7');
});

it.each(['/nothing', '/inner', '/', '/../secret', '/%2e%2e/secret', '/..%2fsecret', '/%'])(
  'has no %s',
  async (path) => {
    expect(await statusOf(path)).toBe(404);
  },
);

/** `fetch` would tidy the path up before it sends it. */
function statusOf(path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(server.url, { path }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end();
  });
}

import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findNatsServer } from './nats-binary.ts';

describe('the nats-server program', () => {
  let base: string;

  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'tutti-nats-binary-'));
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  /** A program that says of itself what a nats-server of that version does. */
  const program = (folder: string, version: string): string => {
    const path = join(base, folder, 'nats-server');
    mkdirSync(join(base, folder));
    writeFileSync(path, `#!/bin/sh\necho "nats-server: v${version}"\n`);
    chmodSync(path, 0o755);
    return path;
  };
  const find = (...folders: string[]) =>
    findNatsServer({
      cacheFolder: join(base, 'cache'),
      tell: (sentence) => expect.unreachable(sentence),
      env: { PATH: ['', ...folders.map((folder) => join(base, folder)), '/bin'].join(delimiter) },
    });

  it('is taken from PATH before the cache', async () => {
    const found = program('path', '2.12.5');
    program('cache', '2.9.10');
    expect(await find('none', 'path')).toBe(found);
  });

  it('is taken from the cache when that on PATH is too old or broken', async () => {
    program('old', '2.8.4');
    const cached = program('cache', '2.9.10');
    expect(await find('old')).toBe(cached);
    program('broken', 'x');
    expect(await find('broken')).toBe(cached);
  });
});

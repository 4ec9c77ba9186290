import { readFile, readdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { removeTestFolders, runTask } from '@tutti/plugin-sdk/testing';
import type { JsonMap } from '@tutti/plugin-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clone } from './clone.ts';
import { startGitServer } from './testing/git-server.ts';
import type { GitServer } from './testing/git-server.ts';
import { TestRepository } from './testing/repository.ts';

const SECRET = 'p@ss word/1';
let repository: TestRepository;
let server: GitServer;
let first: string;

beforeAll(async () => {
  repository = new TestRepository();
  first = repository.commit({ 'a.txt': 'one', 'dbt/model.sql': 'select 1' });
  repository.git('copy', 'tag', 'v1');
  repository.git('copy', 'push', '--quiet', '--tags');
  repository.commit({ 'a.txt': 'two' });
  server = await startGitServer(repository.folder, 'ada', SECRET);
});
afterAll(async () => {
  server.server.close();
  repository.remove();
  await removeTestFolders();
});

const cloned = async (properties: JsonMap) => {
  const { outputs, log } = await runTask(clone, { url: repository.url, ...properties });
  const directory = String(outputs['directory']);
  return { directory, log, text: (path: string) => readFile(join(directory, path), 'utf8') };
};

describe('Clone', () => {
  it('brings the newest commit of a branch into the working folder, without its history', async () => {
    const { directory, text } = await cloned({ branch: 'main' });
    expect([await text('a.txt'), await text('dbt/model.sql')]).toEqual(['two', 'select 1']);
    expect(await readdir(join(directory, '.git'))).toContain('shallow');
  });

  it('takes the branch that the repository names when the flow names none', async () =>
    expect(await (await cloned({})).text('a.txt')).toBe('two'));

  it('brings a tag, or a commit by its beginning', async () => {
    expect(await (await cloned({ tag: 'v1' })).text('a.txt')).toBe('one');
    expect(await (await cloned({ commit: first.slice(0, 8) })).text('a.txt')).toBe('one');
  });

  it('brings it into a folder below the working folder, and nowhere else', async () => {
    expect((await cloned({ directory: 'project' })).directory).toMatch(/\/work\/project$/);
    await expect(cloned({ directory: '../elsewhere' })).rejects.toMatchObject({ code: 'FILE_PATH_OUTSIDE' });
  });

  it('brings the whole history with depth 0', async () => {
    const { directory } = await cloned({ depth: 0 });
    expect(await readdir(join(directory, '.git'))).not.toContain('shallow');
  });

  it('gives user and password to the server, and keeps them from the disk and the log', async () => {
    const withUser = `${server.url.replace('//', `//ada:${encodeURIComponent(SECRET)}@`)}/project.git`;
    for (const properties of [
      { url: `${server.url}/project.git`, username: 'ada', password: SECRET },
      { url: withUser },
    ]) {
      const { text, log } = await cloned(properties);
      expect(await text('a.txt')).toBe('two');
      for (const told of [await text('.git/config'), log.join('\n')]) expect(told).not.toMatch(/p@ss|p%40ss|ada:/);
    }
  });

  it('says so when access is refused', async () => {
    const attempt = cloned({ url: `${server.url}/project.git`, username: 'ada', password: 'wrong' });
    await expect(attempt).rejects.toMatchObject({ code: 'GIT_ACCESS_REFUSED', retryable: false });
    const nobody = cloned({ url: `${server.url}/project.git` });
    await expect(nobody).rejects.toMatchObject({ code: 'GIT_ACCESS_REFUSED' });
  });

  it('says so when there is no such repository or branch, or the folder is not empty', async () => {
    await expect(cloned({ url: `${repository.url}x` })).rejects.toMatchObject({ code: 'GIT_NOT_FOUND' });
    await expect(cloned({ branch: 'none' })).rejects.toMatchObject({ code: 'GIT_NOT_FOUND' });
    const files = { 'a.txt': 'mine' };
    const occupied = runTask(clone, { url: repository.url }, { prepare: (context) => write(context, files) });
    await expect(occupied).rejects.toMatchObject({ code: 'GIT_FOLDER_NOT_EMPTY' });
  });

  it('refuses an address that would run a program', async () =>
    await expect(cloned({ url: 'ext::sh -c true' })).rejects.toMatchObject({ code: 'GIT_PROTOCOL_REFUSED' }));

  it('is ended with the attempt while it waits for the server', async () => {
    const silent = createServer();
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const killed = new AbortController();
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/project.git`;
    const running = runTask(clone, { url }, { context: { signal: killed.signal } });
    const [connection] = await once(silent, 'connection');
    killed.abort();
    await expect(running).rejects.toThrow(/abort/i);
    connection.destroy();
    silent.close();
  });
});

async function write({ workingDirectory }: { workingDirectory: () => Promise<string> }, files: Record<string, string>) {
  const { writeFile } = await import('node:fs/promises');
  for (const [path, content] of Object.entries(files)) await writeFile(join(await workingDirectory(), path), content);
}

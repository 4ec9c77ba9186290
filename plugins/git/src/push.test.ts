import { chmodSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeTestFolders, runTask } from '@tutti/plugin-sdk/testing';
import type { JsonMap } from '@tutti/plugin-sdk';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pushFlows } from './push-flows.ts';
import { pushNamespaceFiles } from './push-namespace-files.ts';
import { startGitServer } from './testing/git-server.ts';
import { TestRepository } from './testing/repository.ts';

let repository: TestRepository;
beforeEach(() => {
  repository = new TestRepository();
  repository.git('project.git', 'config', 'http.receivepack', 'true');
});
afterEach(() => repository.remove());
afterAll(removeTestFolders);

/** Pushes the files of a namespace. */
async function push(properties: JsonMap, files: Record<string, string>) {
  const { outputs, read } = await runTask(
    pushNamespaceFiles,
    { url: repository.url, ...properties },
    {
      async prepare({ namespaceFiles }) {
        for (const [path, content] of Object.entries(files)) await namespaceFiles.write(path, content);
      },
    },
  );
  const lines = (await read(outputs['files'])).split('\n').filter((line) => line !== '');
  return { outputs, changes: lines.map((line) => JSON.parse(line) as unknown) };
}

const filesOf = (branch = 'main') =>
  repository.git('project.git', 'ls-tree', '-r', '--name-only', branch).split('\n').filter((path) => path !== ''); // prettier-ignore

describe('PushNamespaceFiles', () => {
  it('makes a folder of the branch hold the files of the namespace, in one commit', async () => {
    repository.commit({ 'README.md': 'root', '_files/old.sql': 'select 0', '_files/same.sql': 'select 1\n' });
    const { outputs, changes } = await push(
      { authorName: 'Ada', authorEmail: 'ada@example.com', commitMessage: 'From the "namespace"' },
      { '/same.sql': 'select 1\n', '/new/größe.sql': 'select 2\n' },
    );
    expect(filesOf()).toEqual(['README.md', expect.stringMatching(/_files\/new\/gr/), '_files/same.sql']);
    expect(changes).toEqual([
      { file: '_files/new/größe.sql', additions: '+1', deletions: '-0' },
      { file: '_files/old.sql', additions: '+0', deletions: '-1' },
    ]);
    expect(repository.git('project.git', 'log', '-1', '--format=%H %an %ae %s', 'main')).toBe(
      `${String(outputs['commitId'])} Ada ada@example.com From the "namespace"`,
    );
  });

  it('makes no commit when nothing has changed, or in a dry run', async () => {
    const before = repository.commit({ '_files/a.sql': 'same' });
    expect((await push({}, { '/a.sql': 'same' })).outputs).not.toHaveProperty('commitId');
    expect((await push({ dryRun: true }, { '/a.sql': 'other' })).changes).toHaveLength(1);
    expect(repository.git('project.git', 'rev-parse', 'main')).toBe(before);
  });

  it('makes the branch where there is none, also in an empty repository', async () => {
    await push({ branch: 'first' }, { '/a.sql': '1' });
    expect(filesOf('first')).toEqual(['_files/a.sql']);
    repository.commit({ 'README.md': 'root' });
    await push({ branch: 'second' }, { '/b.sql': '1' });
    expect(filesOf('second')).toContain('_files/b.sql');
  });

  it('takes only the files that are named, and deletes no others', async () => {
    repository.commit({ '_files/gone.sql': '1', '_files/keep.py': '1' });
    await push({ files: ['*.sql'] }, { '/a.sql': '1', '/b.py': '1' });
    expect(filesOf()).toEqual(['_files/a.sql', '_files/keep.py']);
    await expect(push({ files: ['none'], errorOnMissing: true }, {})).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await push({ delete: false }, { '/c.sql': '1' });
    expect(filesOf()).toEqual(['_files/a.sql', '_files/c.sql', '_files/keep.py']);
  });

  it('goes to a server with a password', async () => {
    repository.commit({ 'README.md': 'root' });
    const { url, server } = await startGitServer(repository.folder, 'ada', 'secret');
    await push({ url: `${url}/project.git`, username: 'ada', password: 'secret' }, { '/a.sql': '1' });
    server.close();
    expect(filesOf()).toContain('_files/a.sql');
    expect(repository.git('project.git', 'log', '-1', '--format=%an', 'main')).toBe('ada');
  });

  it('says so when the server does not take it', async () => {
    repository.commit({ 'README.md': 'root' });
    const hook = join(repository.bare, 'hooks/pre-receive');
    writeFileSync(hook, '#!/bin/sh\necho protected >&2\nexit 1\n');
    chmodSync(hook, 0o755);
    await expect(push({}, { '/a.sql': '1' })).rejects.toMatchObject({ code: 'GIT_PUSH_REJECTED', message: expect.stringMatching(/protected/) }); // prettier-ignore
  });

  it('writes neither through links of the repository nor into the files of git', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'tutti-outside-'));
    symlinkSync(outside, join(repository.folder, 'copy/_files'));
    repository.commit({ 'README.md': 'root' });
    await push({}, { '/a.sql': '1' }).catch(() => undefined);
    expect(existsSync(join(outside, 'a.sql'))).toBe(false);
    rmSync(outside, { recursive: true });
    await expect(push({ gitDirectory: '.' }, { '/.git/hooks/pre-push': 'x' })).rejects.toMatchObject({ code: 'FILE_PATH_OUTSIDE' }); // prettier-ignore
  });
});

describe('PushFlows', () => {
  const flow = (id: string, namespace: string) => `id: ${id}\nnamespace: ${namespace}\ntasks: []\n`;
  const pushed = (properties: JsonMap) =>
    runTask(
      pushFlows,
      { url: repository.url, sourceNamespace: 'dev', ...properties },
      {
        async prepare({ flows }) {
          for (const source of [flow('load', 'dev'), flow('clean', 'dev'), flow('part', 'dev.sub')])
            await flows.save(source);
        },
      },
    );

  it('pushes the sources, with another namespace where that is wanted', async () => {
    repository.commit({ '_flows/gone.yaml': 'id: gone', '_flows/sub/other.yaml': 'id: other' });
    await pushed({ targetNamespace: 'prod' });
    expect(filesOf()).toEqual(['_flows/clean.yaml', '_flows/load.yaml', '_flows/sub/other.yaml']);
    expect(repository.git('project.git', 'show', 'main:_flows/load.yaml')).toBe(flow('load', 'prod').trim());
  });

  it('pushes those of namespaces below it into folders, when told to', async () => {
    repository.commit({ '_flows/sub/other.yaml': 'id: other' });
    await pushed({ includeChildNamespaces: true, flows: ['l*', 'p*', 'other'] });
    expect(filesOf()).toEqual(['_flows/load.yaml', '_flows/sub/part.yaml']);
    expect(repository.git('project.git', 'show', 'main:_flows/sub/part.yaml')).toBe(flow('part', 'dev.sub').trim());
  });
});

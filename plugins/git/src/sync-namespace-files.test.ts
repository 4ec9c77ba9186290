import { removeTestFolders, runTask } from '@tutti/plugin-sdk/testing';
import type { JsonMap, NamespaceFiles } from '@tutti/plugin-sdk';
import { text } from 'node:stream/consumers';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { syncNamespaceFiles } from './sync-namespace-files.ts';
import { TestRepository } from './testing/repository.ts';

let repository: TestRepository;
let commitId: string;
beforeAll(() => {
  repository = new TestRepository();
  symlinkSync('/etc/hostname', join(repository.folder, 'copy/link'));
  symlinkSync('/etc', join(repository.folder, 'copy/etc'));
  commitId = repository.commit({
    'README.md': 'root',
    'dbt/dbt_project.yml': 'name: taxi',
    'dbt/models/größe.sql': 'select 1',
    'dbt/same.csv': 'n\n1\n',
  });
});
afterAll(async () => {
  repository.remove();
  await removeTestFolders();
});

/** Runs over a namespace with some files; which it has afterwards, and what the task told. */
async function sync(properties: JsonMap, before: Record<string, string> = {}) {
  let files: NamespaceFiles | undefined;
  const { outputs, read, log } = await runTask(
    syncNamespaceFiles,
    { url: repository.url, ...properties },
    {
      async prepare({ namespaceFiles }) {
        files = namespaceFiles;
        for (const [path, content] of Object.entries(before)) await namespaceFiles.write(path, content);
      },
    },
  );
  const after: Record<string, string> = {};
  for (const path of (await files?.list()) ?? []) after[path] = await text(await files!.read(path));
  const report = (await read(outputs['files']))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  return { outputs, log, after, report };
}

const DBT = { '/dbt_project.yml': 'name: taxi', '/models/größe.sql': 'select 1', '/same.csv': 'n\n1\n' };

describe('SyncNamespaceFiles', () => {
  it('brings the files below a folder, and tells what became of each', async () => {
    const { after, report, outputs } = await sync(
      { gitDirectory: 'dbt' },
      { '/same.csv': 'n\n1\n', '/dbt_project.yml': 'old', '/own.txt': 'stays' },
    );
    expect(after).toEqual({ ...DBT, '/own.txt': 'stays' });
    expect(report).toEqual([
      { gitPath: 'dbt/dbt_project.yml', syncState: 'OVERWRITTEN', kestraPath: '/dbt_project.yml' },
      { gitPath: 'dbt/models/größe.sql', syncState: 'ADDED', kestraPath: '/models/größe.sql' },
      { gitPath: 'dbt/same.csv', syncState: 'UNCHANGED', kestraPath: '/same.csv' },
    ]);
    expect(outputs['commitId']).toBe(commitId);
  });

  it('deletes what the repository does not have, when told to', async () =>
    expect((await sync({ gitDirectory: 'dbt', delete: true }, { '/own.txt': 'goes' })).after).toEqual(DBT));

  it('changes nothing in a dry run', async () => {
    const { after, report } = await sync({ gitDirectory: 'dbt', delete: true, dryRun: true }, { '/own.txt': 'stays' });
    expect(after).toEqual({ '/own.txt': 'stays' });
    expect(report).toContainEqual({ syncState: 'DELETED', kestraPath: '/own.txt' });
  });

  it('brings the whole repository from its root, without links out of it', async () =>
    expect(Object.keys((await sync({ gitDirectory: '.' })).after).sort()).toEqual([
      '/README.md',
      '/dbt/dbt_project.yml',
      '/dbt/models/größe.sql',
      '/dbt/same.csv',
    ]));

  it('takes no folder that a link leads to', async () =>
    await expect(sync({ gitDirectory: 'etc' })).rejects.toMatchObject({ code: 'GIT_DIRECTORY_MISSING' }));

  it('fails when the folder is not there, unless told not to', async () => {
    await expect(sync({})).rejects.toMatchObject({ code: 'GIT_DIRECTORY_MISSING' });
    expect((await runTask(syncNamespaceFiles, { url: repository.url, failOnMissingDirectory: false })).state).toBe(
      'SUCCESS',
    );
  });
});

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { TaskError, defineTask, s } from '@tutti/plugin-sdk';
import type { RunContext } from '@tutti/plugin-sdk';
import { checkOut } from './check-out.ts';
import { filesBelow } from './files-below.ts';
import { withGit } from './git.ts';
import { remoteProperties, syncProperties } from './git-properties.ts';
import { commitOutput, reportSync } from './sync-report.ts';
import type { Synced } from './sync-report.ts';

const SYNC_FLOW = `id: sync-files
namespace: company.team
tasks:
  - id: sync
    type: git.SyncNamespaceFiles
    url: https://github.com/company/project
    branch: main
    gitDirectory: dbt
    namespace: "{{ flow.namespace }}"
    delete: true
triggers:
  - id: hourly
    type: core.trigger.Schedule
    cron: "0 * * * *"
`;

export const syncNamespaceFiles = defineTask({
  type: 'git.SyncNamespaceFiles',
  aliases: ['io.kestra.plugin.git.SyncNamespaceFiles'],
  title: 'Bring files of a repository into a namespace.',
  description: 'Git is the truth: files that differ are overwritten. Files that are the same are left alone.',
  properties: {
    ...remoteProperties,
    ...syncProperties,
    namespace: s.nonEmpty().optional().describe('The namespace; that of the flow when left out.'),
    gitDirectory: s.string().default('_files').describe('Folder of the repository whose files are brought.'),
    delete: s.boolean().default(false).describe('Whether files that the repository does not have are deleted.'),
    failOnMissingDirectory: s.boolean().default(true).describe('Whether it is an error when the folder is not there.'),
  },
  outputs: {
    ...commitOutput,
    files: s.string().describe('URI of a file with one line for each file and what became of it.'),
  },
  examples: [{ title: 'Bring a dbt project every hour', flow: SYNC_FLOW, runs: false }],
  run(context, properties) {
    const { branch, gitDirectory, dryRun } = properties;
    return withGit(context, properties, async (git) => {
      const { folder, commitId } = await checkOut(context, git, { branch, folder: gitDirectory });
      if (folder === undefined && properties.failOnMissingDirectory) throw directoryMissing(gitDirectory, branch);
      const synced = folder === undefined ? [] : await bring(context, folder, properties);
      return { commitId, files: await reportSync(context, synced, dryRun) };
    });
  },
});

/** @returns the error of a folder that a branch does not have. */
export const directoryMissing = (gitDirectory: string, branch: string): TaskError =>
  new TaskError('GIT_DIRECTORY_MISSING', `The branch "${branch}" has no folder "${gitDirectory}".`, {
    retryable: false,
    hint: 'Correct "gitDirectory", or set failOnMissingDirectory: false.',
  });

interface BringOptions {
  readonly namespace?: string | undefined;
  readonly gitDirectory: string;
  readonly delete: boolean;
  readonly dryRun: boolean;
}

async function bring(context: RunContext, folder: string, options: BringOptions): Promise<Synced[]> {
  const { namespace = context.execution.namespace, gitDirectory, dryRun } = options;
  const { namespaceFiles } = context;
  const present = new Set(await namespaceFiles.list({ namespace }));
  const synced: Synced[] = [];
  for (const path of await filesBelow(folder)) {
    const [kestraPath, source] = [`/${path}`, join(folder, path)];
    const syncState = !present.delete(kestraPath) ? 'ADDED' : (await isSame(context, namespace, kestraPath, source)) ? 'UNCHANGED' : 'OVERWRITTEN'; // prettier-ignore
    if (!dryRun && syncState !== 'UNCHANGED')
      await namespaceFiles.write(kestraPath, createReadStream(source), { namespace });
    synced.push({ gitPath: join(gitDirectory, path), syncState, kestraPath });
  }
  for (const kestraPath of options.delete ? present : []) {
    if (!dryRun) await namespaceFiles.delete(kestraPath, { namespace });
    synced.push({ syncState: 'DELETED', kestraPath });
  }
  return synced;
}

async function isSame({ namespaceFiles }: RunContext, namespace: string, path: string, file: string): Promise<boolean> {
  const [ours, theirs] = await Promise.all([digestOf(await namespaceFiles.read(path, { namespace })), digestOf(createReadStream(file))]); // prettier-ignore
  return ours === theirs;
}

async function digestOf(content: Readable): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(content, hash);
  return hash.digest('hex');
}

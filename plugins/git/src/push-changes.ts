import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { TaskError } from '@tutti/plugin-sdk';
import type { RunContext } from '@tutti/plugin-sdk';
import { checkOut } from './check-out.ts';
import type { CheckedOut } from './check-out.ts';
import { filesBelow } from './files-below.ts';
import { folderWithin } from './folder-within.ts';
import type { Git } from './git.ts';

/** A file that a folder of the repository should have. */
export interface PushedFile {
  /** Below the folder. */
  readonly path: string;
  readonly content: () => Promise<Readable> | Readable;
}

export interface PushOptions {
  readonly branch: string;
  readonly gitDirectory: string;
  readonly files: readonly PushedFile[];
  /** Which files there may be deleted when they are not among those. */
  readonly mayDelete: (path: string) => boolean;
  readonly message: string;
  readonly author: { readonly name: string; readonly email: string };
  readonly dryRun: boolean;
}

/** What a push came to. */
export interface Pushed {
  readonly commitId?: string;
  readonly commitURL?: string;
  /** URI of a file with one line for each file that changed. */
  readonly changes: string;
}

/** Makes a folder of a branch hold the files, in one commit; none when nothing has changed. */
export async function pushChanges(context: RunContext, git: Git, options: PushOptions): Promise<Pushed> {
  const { branch, gitDirectory, message, author, dryRun } = options;
  const { root } = await checkOutOrCreate(context, git, branch, gitDirectory);
  await replaceFiles(folderWithin(root, gitDirectory.replace(/^[./]+/, '')), options);
  await git.run(root, ['add', '--all', '--sparse', '.']);
  const changed = await git.run(root, ['-c', 'core.quotePath=false', 'diff', '--cached', '--numstat']);
  const changes = await storeChanges(context, changed);
  context.log.info(changed.length === 0 ? 'Nothing has changed.' : `${dryRun ? 'Would change' : 'Changes'} ${changed.length} files of ${branch}`); // prettier-ignore
  if (changed.length === 0 || dryRun) return { changes };
  await git.run(root, ['-c', `user.name=${author.name}`, '-c', `user.email=${author.email}`, '-c', 'commit.gpgSign=false', 'commit', '--quiet', '--no-verify', `--message=${message}`]); // prettier-ignore
  await git.run(root, ['push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`]);
  const [commitId = ''] = await git.run(root, ['rev-parse', 'HEAD']);
  const commitURL = commitAddress(git.url, commitId);
  return { changes, commitId, ...(commitURL !== undefined && { commitURL }) };
}

/** A branch that is not there begins at the default one, or with nothing in an empty repository. */
async function checkOutOrCreate(context: RunContext, git: Git, branch: string, folder: string): Promise<CheckedOut> {
  try {
    return await checkOut(context, git, { branch, folder, forWriting: true });
  } catch (error) {
    if (!(error instanceof TaskError) || !/Remote branch .* not found/.test(error.message)) throw error;
    return checkOut(context, git, { newBranch: branch, folder, forWriting: true });
  }
}

async function replaceFiles(folder: string, { files, mayDelete }: PushOptions): Promise<void> {
  await mkdir(folder, { recursive: true });
  const wanted = new Set(files.map(({ path }) => path));
  for (const path of await filesBelow(folder)) if (!wanted.has(path) && mayDelete(path)) await rm(join(folder, path));
  for (const { path, content } of files) {
    const target = folderWithin(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await pipeline(await content(), createWriteStream(target));
  }
}

async function storeChanges({ storage }: RunContext, changed: readonly string[]): Promise<string> {
  const lines = changed.map((line) => {
    const [added = '', deleted = '', file = ''] = line.split('\t');
    return `${JSON.stringify({ file, additions: `+${added}`, deletions: `-${deleted}` })}\n`;
  });
  return (await storage.put('diffs.ion', lines.join(''))).uri;
}

/** GitHub, GitLab and Gitea show commits at this address. */
function commitAddress(url: string, commitId: string): string | undefined {
  const [, host, path] = /^(?:https?:\/\/|ssh:\/\/git@|git@)([^/:]+(?::\d+)?)[:/](.+?)(?:\.git)?\/*$/.exec(url) ?? [];
  return host === undefined || path === undefined ? undefined : `https://${host}/${path}/commit/${commitId}`;
}

import { mkdir, realpath, rm, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { RunContext } from '@tutti/plugin-sdk';
import { folderWithin } from './folder-within.ts';
import type { Git } from './git.ts';

/** A folder of a repository, checked out beside the working folder. */
export interface CheckedOut {
  /** Root of the repository. */
  readonly root: string;
  /** The folder that was asked for; `undefined` when the branch has none. */
  readonly folder: string | undefined;
  /** Empty in a repository without commits. */
  readonly commitId: string;
}

/** What to check out. */
export interface CheckOutOptions {
  /** The default one when left out. */
  readonly branch?: string;
  /** Is made from that branch. */
  readonly newBranch?: string;
  /** Files only those below it. */
  readonly folder: string;
  /** Whether files will be written: links then are plain files, so that nothing is written through them. */
  readonly forWriting?: boolean;
}

/** Fetches the newest commit of a branch, and of its files only those below one folder, where the server can do that. */
export async function checkOut(context: RunContext, git: Git, options: CheckOutOptions): Promise<CheckedOut> {
  const { branch, newBranch, forWriting = false } = options;
  const scratch = await context.outputDirectory();
  const root = join(scratch, '.tutti-repository');
  const path = options.folder.replace(/^[./]+|\/+$/g, '');
  const target = folderWithin(root, path);
  await rm(root, { recursive: true, force: true });
  await mkdir(scratch, { recursive: true });
  const reference = branch === undefined ? [] : [`--branch=${branch}`];
  const links = forWriting ? ['-c', 'core.symlinks=false'] : [];
  await git.run(scratch, ['clone', ...links, '--quiet', '--depth=1', '--single-branch', '--no-tags', '--filter=blob:none', '--no-checkout', ...reference, '--', git.url, root]); // prettier-ignore
  if (path !== '') await git.run(root, ['sparse-checkout', 'set', '--cone', '--', path]);
  const [commitId = ''] = await git.run(root, ['rev-list', '--max-count=1', '--all']);
  if (commitId !== '') await git.run(root, ['checkout', '--quiet', 'HEAD']);
  if (newBranch !== undefined) await git.run(root, ['symbolic-ref', 'HEAD', `refs/heads/${newBranch}`]);
  if (newBranch !== undefined && commitId !== '') await git.run(root, ['update-ref', 'HEAD', commitId]);
  return { root, folder: await folderOf(root, target), commitId };
}

/** The folder, where there is one; not through a link that leads out of the repository. */
async function folderOf(root: string, target: string): Promise<string | undefined> {
  const found = await stat(target).catch(() => undefined);
  if (!found?.isDirectory()) return undefined;
  const [realRoot, realTarget] = await Promise.all([realpath(root), realpath(target)]);
  return realTarget === realRoot || realTarget.startsWith(`${realRoot}${sep}`) ? target : undefined;
}

import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunContext } from '@tutti/plugin-sdk';
import { folderWithin } from './folder-within.ts';
import type { Git } from './git.ts';

/** A folder of a repository, checked out beside the working folder. */
export interface CheckedOut {
  /** Root of the repository. */
  readonly root: string;
  /** The folder that was asked for; `undefined` when the branch has none. */
  readonly folder: string | undefined;
  readonly commitId: string;
}

/** Fetches the newest commit of a branch, and of its files only those below one folder, where the server can do that. */
export async function checkOut(context: RunContext, git: Git, branch: string, folder: string): Promise<CheckedOut> {
  const scratch = await context.outputDirectory();
  const root = join(scratch, '.tutti-repository');
  const path = folder.replace(/^[./]+|\/+$/g, '');
  const target = folderWithin(root, path);
  await mkdir(scratch, { recursive: true });
  await git.run(scratch, ['clone', '--quiet', '--depth=1', '--single-branch', '--no-tags', '--filter=blob:none', '--no-checkout', `--branch=${branch}`, '--', git.url, root]); // prettier-ignore
  if (path !== '') await git.run(root, ['sparse-checkout', 'set', '--cone', '--', path]);
  await git.run(root, ['checkout', '--quiet', 'HEAD']);
  const [commitId = ''] = await git.run(root, ['rev-parse', 'HEAD']);
  const exists = await stat(target).then((found) => found.isDirectory(), () => false); // prettier-ignore
  return { root, folder: exists ? target : undefined, commitId };
}

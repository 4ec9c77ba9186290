import { opendir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** Paths of the regular files below a folder, in order, with `/` between; links and what belongs to git are left out. */
export async function filesBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of await opendir(folder, { recursive: true })) {
    const path = relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/');
    if (entry.isFile() && path !== '.git' && !path.startsWith('.git/')) found.push(path);
  }
  return found.sort();
}

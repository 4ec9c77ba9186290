import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this clone, found upwards from wherever this code was bundled to. */
export function repositoryRoot(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); folder !== dirname(folder); folder = dirname(folder))
    if (isRoot(join(folder, 'package.json'))) return folder;
  throw new Error('this program has been moved out of its clone');
}

function isRoot(packageFile: string): boolean {
  return (
    existsSync(packageFile) && (JSON.parse(readFileSync(packageFile, 'utf8')) as { name?: string }).name === 'tutti'
  );
}

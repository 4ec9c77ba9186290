import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { constants, accessSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { KESTRA_MODULE, SITE_CUSTOMIZE } from './python/kestra-module.ts';

/** What scripts find beside what the machine has. */
export interface SupportFolder {
  /** For PYTHONPATH. */
  readonly python: string;
  /** For the end of PATH: programs under names that the machine lacks. */
  readonly bin: string;
}

let made: Promise<SupportFolder> | undefined;

/** The folder with what scripts need; written once, named after what is in it. */
export function supportFolder(): Promise<SupportFolder> {
  made ??= make().catch((error: unknown) => {
    made = undefined;
    throw error;
  });
  return made;
}

async function make(): Promise<SupportFolder> {
  const links = missingPrograms();
  const version = createHash('sha256')
    .update(JSON.stringify([KESTRA_MODULE, SITE_CUSTOMIZE, links]))
    .digest('hex');
  const folder = join(tmpdir(), `tutti-scripts-${process.getuid?.() ?? 0}-${version.slice(0, 12)}`);
  const exists = await access(folder).then(
    () => true,
    () => false,
  );
  if (!exists) await write(folder, links);
  return { python: folder, bin: join(folder, 'bin') };
}

/** Written aside and renamed, so that another process never sees half of it. */
async function write(folder: string, links: readonly [string, string][]): Promise<void> {
  const aside = await mkdtemp(`${folder}-`);
  await mkdir(join(aside, 'fallback'));
  await mkdir(join(aside, 'bin'));
  await writeFile(join(aside, 'sitecustomize.py'), SITE_CUSTOMIZE);
  await writeFile(join(aside, 'fallback/kestra.py'), KESTRA_MODULE);
  for (const [name, target] of links) await symlink(target, join(aside, 'bin', name));
  await rename(aside, folder).catch(() => rm(aside, { recursive: true, force: true }));
}

/** `python` where there is only `python3`, and `node` where there is none on the path. */
function missingPrograms(): [string, string][] {
  const python3 = findProgram('python3');
  return [
    ...(python3 !== undefined && findProgram('python') === undefined
      ? ([['python', python3]] as [string, string][])
      : []),
    ...(findProgram('node') === undefined ? ([['node', process.execPath]] as [string, string][]) : []),
  ];
}

/** Where a program lies on the path of this process. */
export function findProgram(name: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

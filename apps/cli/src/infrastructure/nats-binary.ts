import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  copyFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { UserError } from '@tutti/service-kit';
import { repositoryRoot } from '../repository-root.ts';

const run = promisify(execFile);

/** The release that is downloaded where no package has one, and the SHA-256 of its archives (as its Docker image pins them). */
const RELEASE = 'v2.12.5';
const RELEASE_CHECKSUMS: Readonly<Record<string, string>> = {
  'nats-server-v2.12.5-linux-amd64.tar.gz': 'f1967bea3fbf6c86273f1a2edf5be65165d795716ae1ac2a14824f19cdc35c20',
  'nats-server-v2.12.5-linux-arm64.tar.gz': '85caf0500b011a31b105fb04992cb350236e2d5935a4d2ea7cc1efe9203aafc2',
};
const OLDEST = [2, 9] as const;
const DOWNLOAD_TIMEOUT_MS = 120_000;

/** Where to look and how to tell. */
export interface NatsBinaryOptions {
  /** Folder into which a server is put that had to be fetched. */
  readonly cacheFolder: string;
  readonly tell: (sentence: string) => void;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * A nats-server program: on PATH; in the cache; from Debian's package without installing it; the official release with a
 * pinned checksum; built by Go.
 * @throws {UserError} NATS_MISSING naming what was tried and the ways to get one.
 */
export async function findNatsServer({ cacheFolder, tell, env = process.env }: NatsBinaryOptions): Promise<string> {
  const cached = join(cacheFolder, 'nats-server');
  const found = [onPath('nats-server', env), cached].find((path) => path !== undefined && isUsable(path));
  if (found) return found;
  mkdirSync(cacheFolder, { recursive: true });
  const failures: string[] = [];
  for (const { title, fetch } of SOURCES) {
    tell(`getting nats-server: ${title} …`);
    try {
      await into(cached, fetch, env);
      return cached;
    } catch (error) {
      failures.push(`${title}: ${reasonOf(error)}`);
    }
  }
  throw missing(failures);
}

/** Where a fetched server is kept for all Tuttis of this clone. */
export function natsCacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env['TUTTI_CACHE_FOLDER'] || join(repositoryRoot(), '.tutti', 'bin');
}

type Fetch = (folder: string, env: NodeJS.ProcessEnv) => Promise<string>;

const SOURCES: readonly { readonly title: string; readonly fetch: Fetch }[] = [
  { title: "Debian's package", fetch: fromDebian },
  { title: `official release ${RELEASE}`, fetch: fromRelease },
  { title: 'building it with Go', fetch: fromGo },
];

/** Fetches into a folder that goes away, checks the program and moves it to its place at once. */
async function into(target: string, fetch: Fetch, env: NodeJS.ProcessEnv): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tutti-nats-'));
  try {
    const program = await fetch(folder, env);
    copyFileSync(program, `${target}.${process.pid}`);
    chmodSync(`${target}.${process.pid}`, 0o755);
    renameSync(`${target}.${process.pid}`, target);
    if (!isUsable(target)) throw new Error('what came does not run here');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fromDebian(folder: string): Promise<string> {
  chmodSync(folder, 0o755); // apt downloads as a user of its own
  await run('apt-get', ['download', 'nats-server'], { cwd: folder, timeout: DOWNLOAD_TIMEOUT_MS });
  const archive = readdirSync(folder).find((name) => name.endsWith('.deb'));
  if (!archive) throw new Error('nothing was downloaded');
  await run('dpkg', ['-x', archive, 'unpacked'], { cwd: folder });
  return findFile(join(folder, 'unpacked'), 'nats-server');
}

async function fromRelease(folder: string): Promise<string> {
  const name = `nats-server-${RELEASE}-${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}.tar.gz`;
  const checksum = RELEASE_CHECKSUMS[name];
  if (!checksum) throw new Error('no checksum is pinned for this platform');
  const url = `https://github.com/nats-io/nats-server/releases/download/${RELEASE}/${name}`;
  const response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const archive = Buffer.from(await response.arrayBuffer());
  if (createHash('sha256').update(archive).digest('hex') !== checksum)
    throw new Error('the checksum is not the pinned one');
  writeFileSync(join(folder, name), archive);
  await run('tar', ['-xzf', name], { cwd: folder });
  return findFile(folder, 'nats-server');
}

async function fromGo(folder: string, env: NodeJS.ProcessEnv): Promise<string> {
  await run('go', ['install', 'github.com/nats-io/nats-server/v2@latest'], { env: { ...env, GOBIN: folder } });
  return join(folder, 'nats-server');
}

function onPath(name: string, env: NodeJS.ProcessEnv): string | undefined {
  const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, name)).find((path) => isExecutable(path));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether it runs here and is new enough. */
function isUsable(path: string): boolean {
  if (!existsSync(path)) return false;
  const version = spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout?.match(/v(\d+)\.(\d+)/);
  const [major, minor] = [Number(version?.[1]), Number(version?.[2])];
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

function findFile(folder: string, name: string): string {
  const entry = readdirSync(folder, { recursive: true, withFileTypes: true }).find(
    (one) => one.isFile() && basename(one.name) === name,
  );
  if (!entry) throw new Error(`there is no ${name} in what came`);
  return join(entry.parentPath, entry.name);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'ENOENT')
    return `${'path' in error ? String(error.path) : 'program'} not found`;
  const stderr = 'stderr' in error ? String(error.stderr).trim().split('\n').at(-1) : '';
  return stderr || error.message.split('\n')[0] || error.name;
}

function missing(failures: readonly string[]): UserError {
  return new UserError('NATS_MISSING', `No nats-server is here, and none could be had:\n  ${failures.join('\n  ')}`, {
    hint: 'Install nats-server 2.9 or newer so that it is on PATH (apt install nats-server, brew install nats-server, or https://nats.io/download), or set TUTTI_NATS_URL to a running one.',
  });
}

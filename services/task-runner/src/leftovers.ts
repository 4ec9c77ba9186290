import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '@tutti/service-kit';

/** Scripts carry the process id of their runner under this name. */
const RUNNER_MARK = 'TUTTI_RUNNER_PID';

/** The folder of this process below that of all runners of an installation. */
export const ownFolder = (folder: string): string => join(folder, String(process.pid));

/**
 * Ends what runners that died have left on this machine: processes of their scripts, which nobody waits for any more,
 * and folders. Processes are found where there is a /proc, and only those of the same user.
 */
export async function clearLeftovers(folder: string, log: Logger): Promise<void> {
  const runners = await readdir(folder).catch(() => []);
  const dead = new Set(runners.filter((pid) => /^\d+$/.test(pid) && !isAlive(Number(pid))));
  if (dead.size === 0) return;
  const killed = await killScriptsOf(dead);
  await Promise.all([...dead].map((pid) => rm(join(folder, pid), { recursive: true, force: true })));
  log.info({ runners: dead.size, processes: killed }, 'leftovers of dead runners cleared');
}

async function killScriptsOf(runners: ReadonlySet<string>): Promise<number> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
  const killed = await Promise.all(pids.map(async (pid) => runners.has((await runnerOf(pid)) ?? '') && kill(pid)));
  return killed.filter(Boolean).length;
}

async function runnerOf(pid: number): Promise<string | undefined> {
  const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
  return environment
    .split('\0')
    .find((entry) => entry.startsWith(`${RUNNER_MARK}=`))
    ?.slice(RUNNER_MARK.length + 1);
}

function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

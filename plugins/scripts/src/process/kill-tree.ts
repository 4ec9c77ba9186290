import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';

/** How long processes may take to end by themselves, ms. */
const GRACE_MS = 2_000;
const LOOK_AGAIN_MS = 50;
/** Without it only the group can be seen, zombies included. */
const HAS_PROC = existsSync('/proc/self/environ');
/** Times to look for processes that were started while others were ended. */
const ROUNDS = 5;

/**
 * Ends a process with everything it has started: its group, and whatever left the group but still carries the mark in
 * its environment. First they are asked; what is left after a moment is killed.
 */
export async function killTree(
  pid: number | undefined,
  mark: { readonly name: string; readonly value: string },
): Promise<void> {
  if (pid === undefined) return;
  const strays = async (): Promise<number[]> => (await markedProcesses(mark)).filter((stray) => stray !== process.pid);
  signal(-pid, 'SIGTERM');
  for (const stray of await strays()) signal(stray, 'SIGTERM');
  const deadlineMs = Date.now() + GRACE_MS;
  const isLeft = HAS_PROC ? async () => (await strays()).length > 0 : () => Promise.resolve(isAlive(-pid));
  while (Date.now() < deadlineMs && (await isLeft())) await setTimeout(LOOK_AGAIN_MS);
  killGroup(pid);
  for (let round = 0; round < ROUNDS; round++) {
    const left = await strays();
    if (left.length === 0) return;
    for (const stray of left) signal(stray, 'SIGKILL');
    await setTimeout(LOOK_AGAIN_MS);
  }
}

/** Kills what is left of a process group, without asking. */
export function killGroup(pid: number | undefined): void {
  if (pid !== undefined) signal(-pid, 'SIGKILL');
}

/** Processes whose environment has the mark; none where there is no /proc. */
async function markedProcesses({ name, value }: { readonly name: string; readonly value: string }): Promise<number[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((entry) => /^\d+$/.test(entry)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
      return `\0${environment}`.includes(`\0${name}=${value}\0`) && (await isRunning(pid)) ? pid : undefined;
    }),
  );
  return found.filter((pid) => pid !== undefined);
}

/** A zombie has ended; it waits for its parent only. */
async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  return stat !== '' && !/\) [ZX] /.test(stat);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** ESRCH: it has ended; EPERM: another user's process has its number by now. */
const isGone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM');

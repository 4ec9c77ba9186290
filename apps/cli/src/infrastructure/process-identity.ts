import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

/** How often a process that is not our child is looked at; nothing tells of its end. */
const LOOK_MS = 20;

/** Whether there is such a process. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** When a process started, in the kernel's ticks; `undefined` where that cannot be had (not Linux, no such process). */
export function processStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]; // field 22, and the name may hold spaces
  } catch {
    return undefined;
  }
}

/** Whether the process of this pid is the one that started then. Without a start time a living pid will do. */
export function isSameProcess(pid: number, start: string): boolean {
  if (!isAlive(pid)) return false;
  const now = processStart(pid);
  return !now || !start || now === start;
}

/** Whether the command line of a process mentions a text. Unknown counts as yes (not Linux). */
export function commandMentions(pid: number, text: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
  } catch {
    return process.platform !== 'linux';
  }
}

/** Asks a process that an earlier, killed Tutti left behind to end, and makes it end after a while. */
export async function endLeftover(pid: number, signal: NodeJS.Signals, patienceMs: number): Promise<void> {
  process.kill(pid, signal);
  for (const deadlineMs = Date.now() + patienceMs; isAlive(pid); await setTimeout(LOOK_MS))
    if (Date.now() > deadlineMs) process.kill(pid, 'SIGKILL');
}

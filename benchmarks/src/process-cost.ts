import { readFileSync, readdirSync } from 'node:fs';

/** What processes have used, with all their children: those that live and those that ended. */
export interface Cost {
  readonly cpuMs: number;
  readonly pssMib: number;
}

/** Clock ticks a second of Linux's process accounting; fixed in the kernel's interface. */
const TICKS_PER_SECOND = 100;

/** CPU time so far of some processes and everything below them, by name. Linux only. */
export function cpuMsOf(roots: Readonly<Record<string, number | undefined>>): Record<string, number> {
  const children = childrenByParent();
  return mapRoots(roots, (pid) => sumTree(pid, children, cpuMs));
}

/** Memory now (proportional set size, MiB) of some processes and everything below them, by name. Linux only. */
export function memoryMibOf(roots: Readonly<Record<string, number | undefined>>): Record<string, number> {
  const children = childrenByParent();
  return mapRoots(roots, (pid) => sumTree(pid, children, pssMib));
}

export const total = (byName: Readonly<Record<string, number>>): number =>
  Object.values(byName).reduce((sum, value) => sum + value, 0);

function mapRoots(
  roots: Readonly<Record<string, number | undefined>>,
  measure: (pid: number) => number,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(roots).flatMap(([name, pid]) => (pid === undefined ? [] : [[name, measure(pid)]])),
  );
}

function sumTree(
  pid: number,
  children: ReadonlyMap<number, readonly number[]>,
  measure: (pid: number) => number,
): number {
  return (children.get(pid) ?? []).reduce((sum, child) => sum + sumTree(child, children, measure), measure(pid));
}

function childrenByParent(): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const fields = /^\d+$/.test(name) ? statFields(Number(name)) : undefined;
    if (!fields) continue;
    const parent = Number(fields[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  return children;
}

/** User and system time of a process and of its children that have ended. */
function cpuMs(pid: number): number {
  const fields = statFields(pid);
  if (!fields) return 0;
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return (ticks * 1000) / TICKS_PER_SECOND;
}

function pssMib(pid: number): number {
  const text = readIfThere(`/proc/${pid}/smaps_rollup`);
  return Number(/^Pss:\s+(\d+) kB/m.exec(text ?? '')?.[1] ?? 0) / 1024;
}

/** Fields of `/proc/<pid>/stat` after the name, which may hold spaces: state, parent, … */
function statFields(pid: number): string[] | undefined {
  const text = readIfThere(`/proc/${pid}/stat`);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** Processes come and go while they are being read. */
function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

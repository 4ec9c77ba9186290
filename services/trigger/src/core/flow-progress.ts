import type { ExecutionSnapshot, JsonMap } from '@tutti/contracts';
import type { Awaited, AwaitedGroup } from './flow-watch.ts';

/** What has happened of what a group waits for, by the key of the entry. */
export interface Progress {
  readonly met: Readonly<Record<string, MetEntry>>;
  /** The window has fired; more may follow unless it fires only once. */
  readonly fired: boolean;
}

/** An execution that met an entry. */
export interface MetEntry {
  readonly executionId: string;
  readonly flowId: string;
  readonly atMs: number;
  readonly outputs?: JsonMap;
}

/** Nothing has happened yet. */
export const NO_PROGRESS: Progress = { met: {}, fired: false };

/**
 * Notes an execution that meets some entries.
 * @returns What is to be remembered; and, when the group is complete, what it was completed by.
 */
export function advance(
  group: AwaitedGroup,
  before: Progress,
  matched: readonly Awaited[],
  execution: ExecutionSnapshot,
  lookbackMs: number | undefined,
): { readonly progress: Progress; readonly complete?: readonly MetEntry[] } {
  const atMs = execution.endedAtMs ?? execution.createdAtMs;
  const { id: executionId, flowId, outputs } = execution;
  const entry: MetEntry = { executionId, flowId, atMs, ...(outputs && { outputs }) };
  const kept = Object.entries(before.met).filter(
    ([, each]) => lookbackMs === undefined || each.atMs > atMs - lookbackMs,
  );
  const met = { ...Object.fromEntries(kept), ...Object.fromEntries(matched.map(({ key }) => [key, entry])) };
  if (Object.keys(met).length < group.needed) return { progress: { met, fired: before.fired } };
  if (group.once && before.fired) return { progress: { met, fired: true } };
  return { progress: { met: group.reset ? {} : met, fired: true }, complete: Object.values(met) };
}

/** Outputs of several executions: each flow's under its id, and all of them together. */
export function mergeOutputs(entries: readonly MetEntry[]): JsonMap {
  const together = entries.reduce<JsonMap>((all, { outputs }) => ({ ...all, ...outputs }), {});
  return { ...together, ...Object.fromEntries(entries.map(({ flowId, outputs }) => [flowId, outputs ?? {}])) };
}

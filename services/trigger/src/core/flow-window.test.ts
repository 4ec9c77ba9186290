import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance, mergeOutputs, NO_PROGRESS } from './flow-progress.ts';
import type { Progress } from './flow-progress.ts';
import type { Awaited, AwaitedGroup } from './flow-watch.ts';
import { readTimeWindow, readWindow } from './flow-window.ts';
import { timeZone } from './time-zone.ts';

const UTC = timeZone('UTC');
const PARIS = timeZone('Europe/Paris');
const at = (text: string): number => Date.parse(text);
const shown = (window: { startMs: number; endMs: number } | undefined): string =>
  window ? `${iso(window.startMs)} ${iso(window.endMs)}` : 'none';
const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 16);

describe('windows', () => {
  it.each<[string, () => string, string]>([
    ['a day from midnight', () => shown(readTimeWindow({}, UTC)(at('2024-01-15T13:00Z'))), '2024-01-15T00:00 2024-01-16T00:00'],
    ['a day in the zone', () => shown(readTimeWindow({}, PARIS)(at('2024-01-15T23:30Z'))), '2024-01-15T23:00 2024-01-16T23:00'],
    ['a window of an hour, shifted', () => shown(readTimeWindow({ window: 'PT1H', windowAdvance: 'PT15M' }, UTC)(at('2024-01-15T13:10Z'))), '2024-01-15T12:15 2024-01-15T13:15'],
    ['until a deadline', () => shown(readTimeWindow({ type: 'DAILY_TIME_DEADLINE', deadline: '09:00:00Z' }, UTC)(at('2024-01-15T08:00Z'))), '2024-01-15T00:00 2024-01-15T09:00'],
    ['after a deadline', () => shown(readTimeWindow({ type: 'DAILY_TIME_DEADLINE', deadline: '09:00:00Z' }, UTC)(at('2024-01-15T09:00Z'))), 'none'],
    ['a part of each day', () => shown(readTimeWindow({ type: 'DAILY_TIME_WINDOW', startTime: '06:00', endTime: '09:00' }, PARIS)(at('2024-01-15T06:00Z'))), '2024-01-15T05:00 2024-01-15T08:00'],
    ['every and offset', () => shown(readWindow({ every: 'PT6H', offset: 'PT1H' }, UTC)(at('2024-01-15T00:30Z'))), '2024-01-14T19:00 2024-01-15T01:00'],
    ['from and to', () => shown(readWindow({ from: '06:00:00+01:00', to: '09:00:00+01:00' }, UTC)(at('2024-01-15T05:00Z'))), '2024-01-15T05:00 2024-01-15T08:00'],
  ])('%s', (_, given, expected) => {
    expect(given()).toBe(expected);
  }); // prettier-ignore

  it('say what is wrong with them', () => {
    expect(() => readTimeWindow({ window: 'a day' }, UTC)).toThrow('no duration');
    expect(() => readWindow({ deadline: 'nine' }, UTC)).toThrow('no time of day');
  });

  it('hold the time they belong to, and end where the next one begins', () =>
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2e12 }), fc.integer({ min: 1, max: 5_000 }), (atMs, minutes) => {
        const rule = readWindow({ every: `PT${minutes}M` }, UTC);
        const window = rule(atMs)!;
        expect(window.startMs <= atMs && atMs < window.endMs).toBe(true);
        expect(rule(window.endMs)!.startMs).toBe(window.endMs);
      }),
    ));
});

const entry = (key: string): Awaited => ({ key, matches: () => true });
const groupOf = (more: Partial<AwaitedGroup> = {}): AwaitedGroup => ({
  id: 'g',
  entries: [entry('a'), entry('b')],
  needed: 2,
  window: () => undefined,
  reset: true,
  once: false,
  ...more,
});
const execution = (id: string, endedAtMs = 0, outputs = {}) =>
  ({ id, flowId: id, endedAtMs, createdAtMs: 0, outputs }) as never;

/** Which executions complete the group, as they end one after the other. */
function play(group: AwaitedGroup, steps: readonly [string, string, number?][], lookbackMs?: number): string[] {
  let progress: Progress = NO_PROGRESS;
  return steps.flatMap(([key, id, atMs = 0]) => {
    const step = advance(group, progress, [entry(key)], execution(id, atMs), lookbackMs);
    progress = step.progress;
    return step.complete ? [step.complete.map(({ executionId }) => executionId).join('+')] : [];
  });
}

describe('advance', () => {
  it('is complete when each has happened, whatever came first, and begins anew', () => {
    expect(play(groupOf(), [['b', '1'], ['b', '2'], ['a', '3'], ['a', '4'], ['b', '5']])).toEqual(['2+3', '4+5']); // prettier-ignore
  });

  it('fires for each further one where it does not begin anew', () => {
    expect(
      play(groupOf({ reset: false }), [
        ['a', '1'],
        ['b', '2'],
        ['b', '3'],
      ]),
    ).toEqual(['1+2', '1+3']);
  });

  it('fires once a window where it is told to', () => {
    expect(
      play(groupOf({ reset: false, once: true }), [
        ['a', '1'],
        ['b', '2'],
        ['b', '3'],
      ]),
    ).toEqual(['1+2']);
  });

  it('is content with as many as are needed', () => {
    expect(
      play(groupOf({ needed: 1 }), [
        ['a', '1'],
        ['b', '2'],
      ]),
    ).toEqual(['1', '2']);
  });

  it('forgets what is too long ago in a sliding window', () => {
    expect(
      play(
        groupOf(),
        [
          ['a', '1', 0],
          ['b', '2', 100],
          ['a', '3', 150],
        ],
        100,
      ),
    ).toEqual(['2+3']);
  });

  it('gives the outputs of all together, and of each by its flow', () => {
    const entries = [
      { executionId: '1', flowId: 'x', atMs: 0, outputs: { n: 1 } },
      { executionId: '2', flowId: 'y', atMs: 0, outputs: { m: 2 } },
    ];
    expect(mergeOutputs(entries)).toEqual({ n: 1, m: 2, x: { n: 1 }, y: { m: 2 } });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dates } from './dates.ts';
import { dueDate, planDate } from './plan-date.ts';
import { timeZone } from './time-zone.ts';
import type { BackfillState, TriggerRecord } from './trigger-record.ts';

const MINUTE_MS = 60_000;

/** Every so many minutes, but for dates that do not fit. */
function every(minutes: number, more: Partial<Dates> = {}): Dates {
  const step = minutes * MINUTE_MS;
  const fits = more.fits ?? (() => true);
  const search = (from: number, by: number): number => {
    let date = from;
    while (!fits(date)) date += by;
    return date;
  };
  return {
    zone: timeZone('UTC'),
    recoverMissed: 'ALL',
    lateMaximumDelayMs: undefined,
    fits,
    next: (afterMs) => search(Math.floor(afterMs / step) * step + step, step),
    previous: (beforeMs) => search(Math.ceil(beforeMs / step) * step - step, -step),
    ...more,
  };
}

const record = (nextDateMs: number, backfill?: BackfillState): TriggerRecord => ({
  kind: 'schedule',
  definition: { id: 't', type: 'core.trigger.Schedule', properties: {} },
  flow: { namespace: 'n', id: 'f', revision: 1, disabled: false, variables: {} },
  disabled: false,
  nextDateMs,
  ...(backfill && { backfill }),
});

const backfillOf = (startMs: number, endMs: number): BackfillState => ({
  createdAtMs: 0,
  startMs,
  endMs,
  currentDateMs: startMs,
  paused: false,
});

/** Decides again and again until nothing is due, as the scheduler does. */
function runUntil(start: TriggerRecord, dates: Dates, nowMs: number, startedAtMs: number) {
  const fired: number[] = [];
  let at = start;
  for (let due = dueDate(at); due !== undefined && due <= nowMs; due = dueDate(at)) {
    const plan = planDate(at, dates, nowMs, startedAtMs);
    if (plan.fireMs !== undefined) fired.push(plan.fireMs);
    const { nextDateMs: _nextDateMs, lastDateMs: _lastDateMs, backfill: _backfill, ...rest } = at;
    at = { ...rest, ...plan.after };
  }
  return { fired, at };
}

const HOUR_DATES = [60, 120, 180].map((minute) => minute * MINUTE_MS);

describe('planDate', () => {
  it('fires a date and goes on with the next', () => {
    const { fireMs, after } = planDate(record(60 * MINUTE_MS), every(60), 60 * MINUTE_MS + 5, 0);
    expect({ fireMs, after }).toEqual({
      fireMs: 60 * MINUTE_MS,
      after: { lastDateMs: 60 * MINUTE_MS, nextDateMs: 120 * MINUTE_MS },
    });
  });

  it.each([
    ['ALL', HOUR_DATES],
    ['LAST', HOUR_DATES.slice(-1)],
    ['NONE', []],
  ] as const)('makes up for dates missed while nothing ran: %s', (recoverMissed, expected) => {
    const nowMs = 200 * MINUTE_MS;
    const { fired, at } = runUntil(record(60 * MINUTE_MS), every(60, { recoverMissed }), nowMs, nowMs);
    expect(fired).toEqual(expected);
    expect(at.nextDateMs).toBe(240 * MINUTE_MS);
  });

  it('leaves out dates that are later than lateMaximumDelay', () => {
    const dates = every(60, { lateMaximumDelayMs: 30 * MINUTE_MS });
    expect(runUntil(record(60 * MINUTE_MS), dates, 200 * MINUTE_MS, 0).fired).toEqual([180 * MINUTE_MS]);
  });

  it('looks on when a date does not fit after all', () => {
    const dates = every(60, { fits: (date) => date !== 120 * MINUTE_MS, next: (afterMs) => every(60).next(afterMs) });
    expect(runUntil(record(60 * MINUTE_MS), dates, 200 * MINUTE_MS, 0).fired).toEqual([HOUR_DATES[0], HOUR_DATES[2]]);
  });

  it('goes through a backfill to its end, then on with the schedule, however late dates are', () => {
    const backfill = backfillOf(60 * MINUTE_MS, 150 * MINUTE_MS);
    const dates = every(60, { lateMaximumDelayMs: 1 });
    const { fired, at } = runUntil(record(600 * MINUTE_MS, backfill), dates, 500 * MINUTE_MS, 0);
    expect(fired).toEqual([60 * MINUTE_MS, 120 * MINUTE_MS]);
    expect(at).not.toHaveProperty('backfill');
    expect(at.nextDateMs).toBe(600 * MINUTE_MS);
  });

  it('leaves a backfill that is held alone', () => {
    const backfill = { ...backfillOf(60 * MINUTE_MS, 150 * MINUTE_MS), paused: true };
    const { fired, at } = runUntil(record(300 * MINUTE_MS, backfill), every(60), 310 * MINUTE_MS, 0);
    expect(fired).toEqual([300 * MINUTE_MS]);
    expect(at.backfill).toEqual(backfill);
  });

  it('is due never when it or its flow is disabled', () => {
    expect(dueDate({ ...record(1), disabled: true })).toBeUndefined();
    expect(dueDate({ ...record(1), flow: { ...record(1).flow, disabled: true } })).toBeUndefined();
  });

  it('fires each date once and in order, however the service is woken, stopped and started, and the clock set', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 90 }),
        fc.array(fc.record({ atMinute: fc.integer({ min: 0, max: 2_000 }), restarted: fc.boolean() }), {
          maxLength: 20,
        }),
        (minutes, looks) => {
          const dates = every(minutes);
          const fired: number[] = [];
          let at = record(dates.next(0)!);
          let startedAtMs = 0;
          for (const { atMinute, restarted } of looks) {
            if (restarted) startedAtMs = atMinute * MINUTE_MS;
            const step = runUntil(at, dates, atMinute * MINUTE_MS, startedAtMs);
            fired.push(...step.fired);
            at = step.at;
          }
          const latest = Math.max(0, ...looks.map(({ atMinute }) => atMinute));
          const expected = Array.from(
            { length: Math.floor(latest / minutes) },
            (_, i) => (i + 1) * minutes * MINUTE_MS,
          );
          expect(fired).toEqual(expected);
        },
      ),
    ));
});

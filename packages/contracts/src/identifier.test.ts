import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attemptIdOf, newExecutionId, taskRunIdOf } from './index.ts';

/** Any time until the year 8888. */
const anyTimeMs = fc.integer({ min: 0, max: 218_330_000_000_000 });
const anyBytes = fc.uint8Array({ minLength: 14, maxLength: 14 });

describe('newExecutionId', () => {
  it('is 22 characters of base 62', () =>
    fc.assert(
      fc.property(anyTimeMs, anyBytes, (nowMs, bytes) => {
        expect(newExecutionId(nowMs, () => bytes)).toMatch(/^[0-9A-Za-z]{22}$/);
      }),
    ));

  it('sorts by time, whatever chance says', () =>
    fc.assert(
      fc.property(anyTimeMs, anyTimeMs, anyBytes, anyBytes, (oneMs, otherMs, one, other) => {
        fc.pre(oneMs < otherMs);
        expect(newExecutionId(oneMs, () => one) < newExecutionId(otherMs, () => other)).toBe(true);
      }),
    ));

  it('differs where chance differs, within a millisecond', () => {
    const ids = Array.from({ length: 62 }, (_, byte) => newExecutionId(1, (size) => new Uint8Array(size).fill(byte)));
    expect(new Set(ids).size).toBe(62);
  });

  it('is the same for the same time and the same bytes', () => {
    expect(newExecutionId(1_767_225_600_000, (size) => new Uint8Array(size))).toBe('0V70MWDg00000000000000');
  });
});

it('names task runs and attempts after their execution', () => {
  expect(attemptIdOf(taskRunIdOf('e', 3), 2)).toBe('e-3-2');
});

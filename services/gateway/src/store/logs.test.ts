import type { Queryable } from '@tutti/database';
import { systemClock } from '@tutti/service-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LOG_START, formatLogCursor, parseLogCursor } from './log-cursor.ts';
import { LogStore, hasMore } from './logs.ts';
import type { FlowLogLine } from './logs.ts';

interface Row {
  readonly id: number;
  readonly source: 0 | 1;
  readonly at_ms: number;
}

/** A table of one execution's lines, asked as the store asks. */
function storeOf(rows: readonly Row[]): LogStore {
  const query = async (statement: { readonly values: readonly [string, number, number, number] }): Promise<Row[]> => {
    const [, executor, runner, limit] = statement.values;
    const of = (source: 0 | 1, after: number): Row[] =>
      rows
        .filter((row) => row.source === source && row.id > after)
        .sort((a, b) => a.id - b.id)
        .slice(0, limit);
    return [...of(0, executor), ...of(1, runner)];
  };
  return new LogStore({ query } as unknown as Queryable, systemClock);
}

/** Numbers rise in the order of writing; times need not, for they come from different machines. */
const anyRows = fc
  .array(fc.record({ source: fc.constantFrom<0 | 1>(0, 1), at_ms: fc.integer({ min: 0, max: 50 }) }), { maxLength: 60 })
  .map((rows) => rows.map((row, index) => ({ ...row, id: index + 1 })));

describe('the pages of a log', () => {
  it('hold each line once and each source in its order, whatever the size of a page', () =>
    fc.assert(
      fc.asyncProperty(anyRows, fc.integer({ min: 1, max: 9 }), async (rows, limit) => {
        const store = storeOf(rows);
        const lines: FlowLogLine[] = [];
        for (let cursor = LOG_START, more = true; more;) {
          const page = await store.after('e', cursor, limit);
          expect(page.lines.length > 0 || !hasMore(page)).toBe(true);
          lines.push(...page.lines);
          cursor = parseLogCursor(formatLogCursor(page.cursor));
          more = hasMore(page);
        }
        for (const source of [0, 1])
          expect(lines.filter((line) => line.source === source).map(({ id }) => id)).toEqual(
            rows.filter((row) => row.source === source).map(({ id }) => id),
          );
      }),
    ));

  it('are ordered by time where that breaks the order of no source', () =>
    fc.assert(
      fc.asyncProperty(anyRows, async (rows) => {
        const rising = rows.map((row, index) => ({ ...row, at_ms: index }));
        const { lines } = await storeOf(rising).after('e', LOG_START, 100);
        expect(lines.map(({ id }) => id)).toEqual(rising.map(({ id }) => id));
      }),
    ));
});

describe('a cursor', () => {
  it.each(['e1', 'e1.r', 'r1.e1', 'e-1.r1', 'e1.r1 ', 'e1e9.r1', `e${'9'.repeat(16)}.r1`])('is not %s', (text) => {
    expect(() => parseLogCursor(text)).toThrow('is not the cursor');
  });
});

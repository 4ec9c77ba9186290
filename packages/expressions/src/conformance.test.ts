import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { checkCase, type ExpressionCase } from './conformance.ts';

const cases = JSON.parse(
  readFileSync(new URL('../test-data/cases.json', import.meta.url), 'utf8'),
) as readonly ExpressionCase[];

it('has a table worth running', () => expect(cases.length).toBeGreaterThan(850));

it.each(cases.map((one) => [one.id, one] as const))('%s', async (_, one) => {
  expect(await checkCase(one)).toBeUndefined();
});

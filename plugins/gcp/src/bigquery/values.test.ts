import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rowOf } from './values.ts';
import type { Field } from './values.ts';

const valueOf = (text: unknown, field: Field): unknown => rowOf({ f: [{ v: text }] }, [{ name: 'v', ...field }])['v'];

it('reads a time to the microsecond, also before 1970', () =>
  fc.assert(
    fc.property(fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }), fc.nat(999), (ms, micros) => {
      const read = String(valueOf(String(BigInt(ms) * 1_000n + BigInt(micros)), { type: 'TIMESTAMP' }));
      const [whole, fraction = ''] = read.slice(0, -1).split('.');
      expect(`${whole}.${fraction.padEnd(6, '0')}`).toBe(`${new Date(ms).toISOString().slice(0, -1)}${String(micros).padStart(3, '0')}`); // prettier-ignore
    }),
  ));

it('gives a whole number as it is, or its text where digits would be lost', () =>
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (number) => {
      const read = valueOf(String(number), { type: 'INTEGER' });
      expect(String(read)).toBe(String(number));
      expect(typeof read === 'string' || Number.isSafeInteger(read)).toBe(true);
    }),
  ));

it.each([
  ['NUMERIC', '0.30', 0.3],
  ['NUMERIC', '12345678901234567.1', '12345678901234567.1'],
  ['FLOAT', '1.5e300', 1.5e300],
  ['FLOAT', 'NaN', 'NaN'],
  ['BOOLEAN', 'false', false],
  ['JSON', '{"a":[1]}', { a: [1] }],
  ['STRING', '007', '007'],
  ['GEOGRAPHY', 'POINT(1 2)', 'POINT(1 2)'],
  ['STRING', null, null],
])('reads %s %s', (type, text, value) => expect(valueOf(text, { type })).toEqual(value));

it('reads lists of records', () => {
  const field = { type: 'RECORD', mode: 'REPEATED', fields: [{ name: 'n', type: 'INT64' }] };
  expect(valueOf([{ v: { f: [{ v: '1' }] } }, { v: { f: [{ v: null }] } }], field)).toEqual([{ n: 1 }, { n: null }]);
  expect(valueOf(null, field)).toEqual([]);
});

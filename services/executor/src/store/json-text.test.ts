import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonText } from './json-text.ts';

it('leaves ordinary values as they are', () =>
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), (value) => {
      fc.pre(!JSON.stringify(value).includes('\\u0000'));
      expect(JSON.parse(jsonText(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  ));

it('replaces what PostgreSQL cannot hold, and nothing else', () => {
  expect(JSON.parse(jsonText({ a: 'x\0y', b: '\ud800', c: 'literal \\u0000' }))).toEqual({
    a: 'x\u{FFFD}y',
    b: '\u{FFFD}',
    c: 'literal \\u0000',
  });
});

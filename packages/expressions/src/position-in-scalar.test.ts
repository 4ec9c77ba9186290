import { describe, expect, it } from 'vitest';
import { isMap, isScalar, parseDocument } from 'yaml';
import { positionInScalar } from './position-in-scalar.ts';

/** Where the mark in the value of `key` stands in the document. */
function markedPosition(document: string): { readonly found: string; readonly line: number; readonly column: number } {
  const { contents } = parseDocument(document);
  const scalar: unknown = isMap(contents) ? contents.get('key', true) : undefined;
  if (!isScalar<string>(scalar)) throw new Error('key is no text');
  const { offset, line, column } = positionInScalar(document, scalar, scalar.value.indexOf('@'));
  return { found: document[offset] ?? '', line, column };
}

describe('points at the character itself', () => {
  it.each<[string, string, number, number]>([
    ['plain', 'key: a {{ @ }}', 1, 11],
    ['single quotes', "key: 'it''s {{ @ }}'", 1, 16],
    ['double quotes', String.raw`key: "a\n\x41\u00e9\"{{ @ }}"`, 1, 25],
    ['a literal block', 'first: 1\nkey: |\n  line\n\n    deeper {{ @ }}\nlast: 2', 5, 15],
    ['a literal block with an indicator', 'key: |2-\n   lead\n  {{ @ }}', 3, 6],
    ['a literal block further in', 'key: |\n      a\n      {{ @ }}\n', 3, 10],
  ])('%s', (_, document, line, column) => {
    expect(markedPosition(document)).toEqual({ found: '@', line, column });
  });
});

describe('points at the start where line ends are lost', () => {
  it.each<[string, string, number, number]>([
    ['a folded block', 'key: >\n  a\n  {{ @ }}', 1, 6],
    ['a plain text of two lines', 'key: a\n  {{ @ }}', 1, 6],
    ['a quoted text of two lines', 'key: "a\n  {{ @ }}"', 1, 6],
  ])('%s', (_, document, line, column) => {
    expect(markedPosition(document)).toMatchObject({ line, column });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SPLITTERS, splitText } from './split-text.ts';

const split = (text: string, maxLength: number, maxOverlap = 0) =>
  splitText(text, { splitter: 'RECURSIVE', maxLength, maxOverlap });

describe('splitText', () => {
  it('cuts at paragraphs, and puts short ones together', () =>
    expect(split('one\n\ntwo\n\nthree is longer', 10)).toEqual(['one\n\ntwo', 'three is', 'longer']));

  it('cuts at sentences before words', () =>
    expect(split('First one. Second one. Third.', 24)).toEqual(['First one. Second one.', 'Third.']));

  it('cuts a word that is too long', () => expect(split('abcdefgh', 3)).toEqual(['abc', 'def', 'gh']));

  it('repeats the end of a segment in the next, from the beginning of a word', () =>
    expect(split('alpha beta gamma delta', 16, 6)).toEqual(['alpha beta', 'beta gamma delta']));

  it('loses no word, and keeps to the length, whatever the text', () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ minLength: 1, maxLength: 12 }), fc.constantFrom(' ', '\n', '\n\n', '. '))),
        fc.constantFrom(...SPLITTERS),
        fc.integer({ min: 12, max: 60 }),
        fc.integer({ min: 0, max: 11 }),
        (words, splitter, maxLength, maxOverlap) => {
          const text = words.flat().join('');
          const segments = splitText(text, { splitter, maxLength, maxOverlap });
          expect(segments.every((segment) => segment.length <= maxLength && segment.trim() !== '')).toBe(true);
          const rest = segments.reduce((left, segment) => without(left, segment), text.replaceAll(/\s/g, ''));
          expect(rest).toBe('');
        },
      ),
    ));
});

/** What is left of a text when the end of the segment that it begins with is taken away. */
function without(left: string, segment: string): string {
  const bare = segment.replaceAll(/\s/g, '');
  for (let from = 0; from <= bare.length; from++)
    if (left.startsWith(bare.slice(from))) return left.slice(bare.length - from);
  return left;
}

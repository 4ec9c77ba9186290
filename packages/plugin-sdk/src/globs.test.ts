import { describe, expect, it } from 'vitest';
import { matchesAnyGlob } from './globs.ts';

describe('globs', () => {
  it.each([
    ['*.csv', 'a.csv', true],
    ['*.csv', 'sub/a.csv', false],
    ['**/*.csv', 'sub/a.csv', true],
    ['*.csv', 'a.csv.gz', false],
    ['sub/*.csv', 'sub/a.csv', true],
    ['sub/*.csv', 'sub/deep/a.csv', false],
    ['sub/**', 'sub/deep/a.csv', true],
    ['**/a.csv', 'a.csv', true],
    ['**.txt', 'd/a/b.txt', true],
    ['a?.{csv,json}', 'ab.json', true],
    ['a?.{csv,json}', 'ab.txt', false],
    ['[a-c].txt', 'b.txt', true],
    ['[!a-c].txt', 'b.txt', false],
    ['a+b(1).txt', 'a+b(1).txt', true],
    ['./x.txt', '/x.txt', true],
  ])('%s and %s: %s', (glob, path, expected) => expect(matchesAnyGlob(path, [glob])).toBe(expected));
});

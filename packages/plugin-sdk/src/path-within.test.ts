import { expect, it } from 'vitest';
import { pathWithin } from './path-within.ts';

it.each([
  ['a/b.txt', '/work/a/b.txt'],
  ['/a', '/work/a'],
  ['./a/../b', '/work/b'],
  ['', '/work'],
  ['..a', '/work/..a'],
])('%j lies at %s', (path, target) => expect(pathWithin('/work', path)).toBe(target));

it.each(['..', '../work2', 'a/../../b', '/../etc/passwd'])('%j does not lie within', (path) =>
  expect(() => pathWithin('/work', path)).toThrow(/outside the working folder/),
);

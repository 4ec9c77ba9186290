import { expect, it } from 'vitest';
import { effect, planOf, World } from './testing.ts';

const variablesAfter = (effects: Parameters<typeof effect>[1], variables: Parameters<typeof effect>[1]) =>
  new World(planOf([effect('a', effects)], { variables })).start().execution.variables;

it('sets variables, or forgets them, each for itself', () => {
  expect(variablesAfter({ setVariables: { b: 2 } }, { a: 1 })).toEqual({ a: 1, b: 2 });
  expect(variablesAfter({ unsetVariables: ['a'] }, { a: 1, b: 2 })).toEqual({ b: 2 });
});

it('merges maps, and puts one value in place of another otherwise', () => {
  expect(variablesAfter({ setVariables: { a: { y: 2 } } }, { a: { x: 1 } })).toEqual({ a: { x: 1, y: 2 } });
  expect(variablesAfter({ setVariables: { a: { y: 2 } } }, { a: 'text' })).toEqual({ a: { y: 2 } });
  expect(variablesAfter({ setVariables: { a: 'text' } }, { a: { x: 1 } })).toEqual({ a: 'text' });
  expect(variablesAfter({ setVariables: { a: ['z'] } }, { a: { x: 1 } })).toEqual({ a: ['z'] });
  expect(variablesAfter({ setVariables: { a: { x: 1 } } }, { a: null })).toEqual({ a: { x: 1 } });
});

it('records only what it is about', () => {
  const eventsOf = (effects: Parameters<typeof effect>[1]) =>
    new World(planOf([effect('a', effects)])).start().events.map(({ type }) => type).filter((type) => type.endsWith('Set')); // prettier-ignore
  expect(eventsOf({ labels: { l: 'm' } })).toEqual(['LabelsSet']);
  expect(eventsOf({ setVariables: { n: 1 } })).toEqual(['VariablesSet']);
  expect(eventsOf({})).toEqual([]);
});

import { valueError } from '../expression-error.ts';
import { isList, isMap, type Value } from '../json.ts';
import { kindOf } from '../values/print.ts';
import type { TestDeclaration, Tests } from './declaration.ts';
import { isEmpty } from './list-filters.ts';

/** What may follow `is` and `is not`. */
export const TESTS: Tests = {
  defined: {
    description: 'Whether it is there and not null.',
    params: [],
    takesMissing: true,
    example: { template: '{{ missing is defined }}', result: 'false' },
    test: (value) => value !== undefined && value !== null,
  },
  empty: {
    description: 'Whether it is null, a blank text, or a list or map without members.',
    params: [],
    example: { template: "{{ '  ' is empty }}", result: 'true' },
    test: (value) => isEmpty(value ?? null),
  },
  null: {
    description: 'Whether it is null. A missing variable is an error: ask `is defined`.',
    params: [],
    example: { template: '{{ null is null }}', result: 'true' },
    test: (value) => value === null,
  },
  iterable: {
    description: 'Whether it is a list.',
    params: [],
    example: { template: '{{ [] is iterable }}', result: 'true' },
    test: (value) => isList(value),
  },
  map: {
    description: 'Whether it is a map.',
    params: [],
    example: { template: '{{ {} is map }}', result: 'true' },
    test: (value) => isMap(value),
  },
  json: {
    description: 'Whether a text is JSON.',
    params: [],
    example: { template: `{{ '{"a": 1}' is json }}`, result: 'true' },
    test(value) {
      if (typeof value !== 'string') throw valueError(`Test "json" needs a text, found ${kindOf(value ?? null)}`);
      return value === '' || isJson(value);
    },
  },
  even: parity('even', 0, '{{ 2 is even }}'),
  odd: parity('odd', 1, '{{ 3 is odd }}'),
};

function parity(name: string, rest: number, template: string): TestDeclaration {
  return {
    description: `Whether a whole number is ${name}.`,
    params: [],
    example: { template, result: 'true' },
    test(value) {
      if (typeof value === 'bigint') return Number(value & 1n) === rest;
      if (!isWhole(value)) throw valueError(`Test "${name}" needs a whole number, found ${kindOf(value ?? null)}`);
      return Math.abs(value % 2) === rest;
    },
  };
}

function isWhole(value: Value | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

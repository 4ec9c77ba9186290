import type { Evaluation } from '../evaluation.ts';
import type { Json, Result, Value } from '../json.ts';

/** One parameter; `optional` where it may be left out. */
export interface Parameter {
  readonly name: string;
  readonly description: string;
  readonly optional?: boolean;
}

/** A template and what it renders to; the tests run it and the reference prints it. */
export interface Example {
  readonly template: string;
  readonly vars?: { readonly [key: string]: Json };
  readonly result: string;
}

/** What filters, functions and tests have in common: the source of their reference page. */
export interface Declaration {
  readonly description: string;
  readonly params: readonly Parameter[];
  /** Whether any number of further arguments may follow. */
  readonly variadic?: boolean;
  readonly example: Example;
  /** Where ours differs from what flows may expect, or another thing worth a warning. */
  readonly note?: string;
}

/** Arguments in the order of the parameters, `undefined` where left out. */
export type Arguments = readonly (Value | undefined)[];

/** `input | name(…)`. Null passes through unless `takesNull`. */
export interface FilterDeclaration extends Declaration {
  readonly takesNull?: boolean;
  /** Whether a missing input is no error but `null`, as for `default`. */
  readonly takesMissing?: boolean;
  /** Whether it may answer by a promise. */
  readonly waits?: boolean;
  /** The answer for an input that is written in the template, where that makes a difference. */
  readonly forLiteral?: (kind: 'map' | 'number') => Value;
  apply(input: Value, args: Arguments, evaluation: Evaluation): Result;
}

/** `name(…)`. */
export interface FunctionDeclaration extends Declaration {
  /** Whether it may answer by a promise. */
  readonly waits?: boolean;
  call(args: Arguments, evaluation: Evaluation): Result;
}

/** `x is name`. */
export interface TestDeclaration extends Declaration {
  /** Whether a missing value is no error but asked about as `undefined`. */
  readonly takesMissing?: boolean;
  test(value: Value | undefined, args: Arguments, evaluation: Evaluation): boolean;
}

/** Filters by name. */
export type Filters = Readonly<Record<string, FilterDeclaration>>;
/** Functions by name. */
export type Functions = Readonly<Record<string, FunctionDeclaration>>;
/** Tests by name. */
export type Tests = Readonly<Record<string, TestDeclaration>>;

/** What can be added to the language. */
export interface Extension {
  readonly filters?: Filters;
  readonly functions?: Functions;
  readonly tests?: Tests;
}

/** A parameter that must be given. */
export function required(name: string, description: string): Parameter {
  return { name, description };
}

/** A parameter that may be left out. */
export function optional(name: string, description: string): Parameter {
  return { name, description, optional: true };
}

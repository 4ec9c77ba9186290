import { MissingError } from '../expression-error.ts';
import type { Evaluation } from '../evaluation.ts';
import type { Result, Value } from '../json.ts';

/** A compiled expression. What waits answers by a promise, everything else at once. */
export interface Code {
  /** @throws {MissingError} when a variable or attribute is not there. */
  readonly run: (evaluation: Evaluation) => Result;
  /** The same, with `undefined` for what is not there: no exception is thrown on the common way. */
  readonly soft: (evaluation: Evaluation) => Result | undefined | Promise<Value | undefined>;
  /** The value when it never changes. */
  readonly constant?: Value;
}

/** Code of a value that never changes. */
export function constantCode(value: Value): Code {
  return { run: () => value, soft: () => value, constant: value };
}

/** Code from its way to run alone; its soft form catches what is missing. */
export function codeOf(run: Code['run']): Code {
  return { run, soft: (evaluation) => softly(() => run(evaluation)) };
}

/** Code that does something with the value of another; `at` is where it points when that fails. */
export function lift(at: number, operand: Code, apply: (value: Value, evaluation: Evaluation) => Result): Code {
  return codeOf((evaluation) => {
    const value = operand.run(evaluation);
    if (value instanceof Promise) return value.then((settled) => applyAt(evaluation, at, settled, apply));
    evaluation.at = at;
    return apply(value, evaluation);
  });
}

/** Code that does something with the values of two others, evaluated from left to right. */
export function lift2(
  at: number,
  left: Code,
  right: Code,
  apply: (left: Value, right: Value, evaluation: Evaluation) => Result,
): Code {
  return codeOf((evaluation) => {
    const first = left.run(evaluation);
    const second = first instanceof Promise ? first.then(() => right.run(evaluation)) : right.run(evaluation);
    if (first instanceof Promise || second instanceof Promise)
      return Promise.all([first, second]).then(([one, two]) =>
        applyAt(evaluation, at, one, (value) => apply(value, two, evaluation)),
      );
    evaluation.at = at;
    return apply(first, second, evaluation);
  });
}

/** Continues at once with a value that is there, or later with one that is awaited. */
export function chain<T, R>(value: T | Promise<T>, use: (value: T) => R | Promise<R>): R | Promise<R> {
  return value instanceof Promise ? value.then(use) : use(value);
}

/** The values of all codes, from left to right; `undefined` where there is no code. */
export function runAll(
  codes: readonly (Code | undefined)[],
  evaluation: Evaluation,
  done: (Value | undefined)[] = [],
): (Value | undefined)[] | Promise<(Value | undefined)[]> {
  for (let index = done.length; index < codes.length; index++) {
    const value = codes[index]?.run(evaluation);
    if (value instanceof Promise) return value.then((settled) => runAll(codes, evaluation, [...done, settled]));
    done.push(value);
  }
  return done;
}

/** `undefined` instead of the exception for something missing. */
export function softly(run: () => Result): Result | undefined | Promise<Value | undefined> {
  try {
    const value = run();
    return value instanceof Promise ? value.catch(undefinedWhenMissing) : value;
  } catch (error) {
    return undefinedWhenMissing(error);
  }
}

function undefinedWhenMissing(error: unknown): undefined {
  // One that has its place comes out of another template, whose faults are not ours to forgive.
  if (!(error instanceof MissingError) || error.offset !== undefined) throw error;
}

function applyAt(
  evaluation: Evaluation,
  at: number,
  value: Value,
  apply: (value: Value, evaluation: Evaluation) => Result,
): Result {
  evaluation.at = at;
  return apply(value, evaluation);
}

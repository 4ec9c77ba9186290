import { valueError } from '../expression-error.ts';
import type { Evaluation } from '../evaluation.ts';
import { setOwn, type Value } from '../json.ts';
import { concatenate } from '../values/arithmetic.ts';
import { numberOf } from '../values/number.ts';
import { joinedText, kindOf } from '../values/print.ts';
import { chain, codeOf, constantCode, runAll, type Code } from './code.ts';
import type { Expression } from './syntax-tree.ts';

/** `[a, b]`, made once when nothing in it changes. */
export function listCode(items: readonly Code[]): Code {
  if (items.every(isConstant)) return constantCode(items.map(({ constant }) => constant as Value));
  return codeOf((evaluation) =>
    chain(runAll(items, evaluation), (values) => {
      evaluation.budget.collect(values.length);
      return values as Value[];
    }),
  );
}

/** `{'a': b}`, made once when nothing in it changes. */
export function mapCode(entries: readonly (readonly [Code, Code])[]): Code {
  const make = (flat: readonly (Value | undefined)[]): Value => {
    const map: Record<string, Value> = {};
    for (let index = 0; index < flat.length; index += 2)
      setOwn(map, keyText(flat[index] ?? null), flat[index + 1] ?? null);
    return map;
  };
  const codes = entries.flat();
  if (codes.every(isConstant)) return constantCode(make(codes.map(({ constant }) => constant)));
  return codeOf((evaluation) =>
    chain(runAll(codes, evaluation), (values) => {
      evaluation.budget.collect(values.length / 2);
      return make(values);
    }),
  );
}

function keyText(key: Value): string {
  if (typeof key === 'string') return key;
  if (key === null || typeof key === 'boolean') return String(key);
  const number = numberOf(key);
  if (number === undefined) throw valueError(`A map's key must be a text, found ${kindOf(key)}`);
  return String(number);
}

/** `"a #{b}"` */
export function textCode(parts: readonly Code[]): Code {
  return codeOf((evaluation) =>
    chain(runAll(parts, evaluation), (values) => {
      const { budget } = evaluation;
      let text = '';
      for (const value of values)
        if (value !== null && value !== undefined) text = concatenate(text, joinedText(value, budget), budget);
      return text;
    }),
  );
}

function isConstant(code: Code): boolean {
  return code.constant !== undefined;
}

/** `-1` is as constant as `1`. */
export function folded(code: Code, operands: readonly Expression[]): Code {
  if (!operands.every(({ kind }) => kind === 'literal')) return code;
  try {
    const value = code.run(NOWHERE);
    return value instanceof Promise ? code : constantCode(value);
  } catch {
    return code; // fails when rendered, with its place
  }
}

/** Operators on literals ask nothing of the evaluation but where to note the offset. */
const NOWHERE = { at: 0 } as Evaluation;

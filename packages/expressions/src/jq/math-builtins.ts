import { decimal } from '../values/number.ts';
import { simple, strict } from './declare-builtin.ts';
import type { Builtin } from './filter.ts';
import { numberFrom } from './value-order.ts';

/** Functions of the standard library for numbers. */
export const MATH_BUILTINS: Readonly<Record<string, Builtin>> = {
  'floor/0': math(Math.floor),
  'ceil/0': math(Math.ceil),
  'round/0': math((value) => (value < 0 ? -Math.round(-value) : Math.round(value))),
  'trunc/0': math(Math.trunc),
  'fabs/0': math(Math.abs),
  'sqrt/0': math(Math.sqrt),
  'exp/0': math(Math.exp),
  'exp2/0': math((value) => 2 ** value),
  'exp10/0': math((value) => 10 ** value),
  'log/0': math(Math.log),
  'log2/0': math(Math.log2),
  'log10/0': math(Math.log10),
  'sin/0': math(Math.sin),
  'cos/0': math(Math.cos),
  'tan/0': math(Math.tan),
  'pow/2': strict((_input, [base, exponent]) => numberFrom(base ?? null, 'pow') ** numberFrom(exponent ?? null, 'pow')),
  'abs/0': simple((input) => Math.abs(numberFrom(input, 'abs'))),
  'infinite/0': simple(() => Number.POSITIVE_INFINITY),
  'nan/0': simple(() => Number.NaN),
  'isnan/0': simple((input) => Number.isNaN(numberFrom(input, 'isnan'))),
  'isinfinite/0': simple((input) => Math.abs(numberFrom(input, 'isinfinite')) === Number.POSITIVE_INFINITY),
  'isnormal/0': simple(
    (input) => Number.isFinite(numberFrom(input, 'isnormal')) && numberFrom(input, 'isnormal') !== 0,
  ),
};

/** A function of one number. */
function math(compute: (value: number) => number): Builtin {
  return simple((input) => decimal(compute(numberFrom(input, 'This function'))));
}

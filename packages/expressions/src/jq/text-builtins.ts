import { readJson } from '../formats/read-json.ts';
import { isList, isMap, type Value } from '../json.ts';
import { numberOf } from '../values/number.ts';
import { jsonOf } from '../values/print.ts';
import { simple, strict } from './declare-builtin.ts';
import type { Builtin, JqRun } from './filter.ts';
import { jqError } from './jq-error.ts';
import { operate } from './operators.ts';
import { indicesOf } from './paths.ts';
import { listFrom, numberFrom, stringFrom, stringOf, typeOf } from './value-order.ts';

/** Functions of the standard library for texts. */
export const TEXT_BUILTINS: Readonly<Record<string, Builtin>> = {
  'tostring/0': simple((input, run) => stringOf(input, run.budget)),
  'tonumber/0': simple(parsedNumber),
  'tojson/0': simple((input, run) => jsonOf(input, run.budget)),
  'fromjson/0': simple((input) => readJson(stringFrom(input, 'fromjson'))),
  'ascii_downcase/0': simple((input) =>
    stringFrom(input, 'ascii_downcase').replace(/[A-Z]+/g, (text) => text.toLowerCase()),
  ),
  'ascii_upcase/0': simple((input) =>
    stringFrom(input, 'ascii_upcase').replace(/[a-z]+/g, (text) => text.toUpperCase()),
  ),
  'explode/0': simple((input, run) => {
    const text = stringFrom(input, 'explode');
    run.budget.collect(text.length);
    return Array.from(text, (character) => character.codePointAt(0) ?? 0);
  }),
  'implode/0': simple((input) =>
    listFrom(input, 'implode')
      .map((code) => characterOf(code))
      .join(''),
  ),
  'ltrimstr/1': strict((input, [part]) =>
    typeof input === 'string' && typeof part === 'string' && input.startsWith(part) ? input.slice(part.length) : input,
  ),
  'rtrimstr/1': strict((input, [part]) =>
    typeof input === 'string' && typeof part === 'string' && part !== '' && input.endsWith(part)
      ? input.slice(0, -part.length)
      : input,
  ),
  'trim/0': simple((input) => stringFrom(input, 'trim').trim()),
  'ltrim/0': simple((input) => stringFrom(input, 'ltrim').trimStart()),
  'rtrim/0': simple((input) => stringFrom(input, 'rtrim').trimEnd()),
  'startswith/1': strict((input, [part]) =>
    stringFrom(input, 'startswith').startsWith(stringFrom(part ?? null, 'startswith')),
  ),
  'endswith/1': strict((input, [part]) => stringFrom(input, 'endswith').endsWith(stringFrom(part ?? null, 'endswith'))),
  'split/1': strict((input, [separator], run) =>
    operate('/', stringFrom(input, 'split'), stringFrom(separator ?? null, 'split'), run.budget),
  ),
  'join/1': strict((input, [separator], run) => joined(input, separator ?? null, run)),
  'ascii/0': simple((input) => characterOf(input)),
  'indices/1': strict((input, [part], run) => indicesIn(input, part ?? null, run)),
  'index/1': strict((input, [part], run) => indicesIn(input, part ?? null, run)?.[0] ?? null),
  'rindex/1': strict((input, [part], run) => indicesIn(input, part ?? null, run)?.at(-1) ?? null),
  'utf8bytelength/0': simple((input) => Buffer.byteLength(stringFrom(input, 'utf8bytelength'))),
};

function parsedNumber(input: Value): Value {
  if (numberOf(input) !== undefined) return input;
  const text = stringFrom(input, 'tonumber').trim();
  if (!/^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(text))
    throw jqError(`Cannot parse "${text.slice(0, 40)}" as a number`);
  return Number(text);
}

function joined(input: Value, separator: Value, run: JqRun): Value {
  const items = listFrom(input, 'join');
  const between = stringFrom(separator, 'join');
  const texts = items.map((item) => {
    if (item === null) return '';
    if (isList(item) || isMap(item)) throw jqError(`string and ${typeOf(item)} cannot be added`);
    return stringOf(item, run.budget);
  });
  run.budget.grow(texts.reduce((length, text) => length + text.length + between.length, 0));
  return texts.join(between);
}

function indicesIn(input: Value, part: Value, run: JqRun): Value[] | null {
  if (input === null) return null;
  if (typeof input === 'string' && typeof part === 'string') {
    const found: Value[] = [];
    for (let at = part === '' ? -1 : input.indexOf(part); at !== -1; at = input.indexOf(part, at + 1)) {
      run.budget.step(1);
      found.push(at);
    }
    return found;
  }
  const list = listFrom(input, 'indices');
  return indicesOf(list, isList(part) ? part : [part], run.budget);
}

function characterOf(code: Value): string {
  const number = numberFrom(code, 'implode');
  if (!Number.isInteger(number) || number < 0 || number > 0x10ffff) throw jqError(`${number} is not a character`);
  return String.fromCodePoint(number);
}

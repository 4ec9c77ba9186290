import type { Budget } from '../budget.ts';
import { Decimal, isList, isMap, type Value } from '../json.ts';
import { DEEPEST_VALUE, tooDeep } from '../values/print.ts';

const PLAIN_SYMBOL = /^[A-Za-z_$][\w$]*$/;
const RESERVED_SYMBOLS = new Set(['null', 'true', 'false', 'nan']);

/** A value as Amazon Ion text, on one line. */
export function writeIon(value: Value, budget: Budget, depth = 0): string {
  budget.step(3);
  if (depth > DEEPEST_VALUE) throw tooDeep();
  if (typeof value === 'string') return `"${escaped(value, '"')}"`;
  if (typeof value === 'number')
    return Number.isInteger(value) && Math.abs(value) < 1e21 ? String(value) : floatText(value);
  if (value instanceof Decimal)
    return value.kind === 'BigDecimal' ? (value.digits ?? String(value.value)) : floatText(value.value);
  if (isList(value)) return bounded(`[${value.map((item) => writeIon(item, budget, depth + 1)).join(',')}]`, budget);
  if (!isMap(value)) return String(value);
  const fields = Object.entries(value).map(([key, item]) => `${symbol(key)}:${writeIon(item, budget, depth + 1)}`);
  return bounded(`{${fields.join(',')}}`, budget);
}

function bounded(text: string, budget: Budget): string {
  budget.output(text.length);
  return text;
}

function symbol(name: string): string {
  return PLAIN_SYMBOL.test(name) && !RESERVED_SYMBOLS.has(name) ? name : `'${escaped(name, "'")}'`;
}

/** An exponent tells a float from a decimal: `1.5e0`. */
function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? '+inf' : '-inf';
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-3 && size < 1e7)) return `${value}e0`;
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}e${Number(exponent)}`;
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };

function escaped(text: string, quote: string): string {
  // eslint-disable-next-line no-control-regex -- they need escapes
  return text.replace(/[\\"'\u0000-\u001f\u007f]/g, (character) => {
    if (character === '"' || character === "'") return character === quote ? `\\${character}` : character;
    return SHORT_ESCAPES[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}

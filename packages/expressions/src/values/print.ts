import type { Budget } from '../budget.ts';
import { ExpressionError } from '../expression-error.ts';
import { Decimal, isList, type Value, type ValueMap } from '../json.ts';

/** Characters that cost a step, because who joins lists to texts goes through them. */
const CHARACTERS_PER_STEP = 16;

/** How deep a value may nest before printing or comparing it stops. */
export const DEEPEST_VALUE = 500;

/** How a value prints in text: null as nothing, maps and lists as JSON. */
export function textOf(value: Value, budget: Budget): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return numberText(value);
  if (value === null) return '';
  if (typeof value === 'object' && !(value instanceof Decimal)) return jsonOf(value, budget);
  return scalarText(value);
}

/** A number as it prints: whole ones plainly, decimals in the form of Java's `Double.toString`. */
export function numberText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return String(value);
  return doubleText(value);
}

function scalarText(value: boolean | bigint | Decimal): string {
  return value instanceof Decimal ? (value.digits ?? doubleText(value.value)) : String(value);
}

/** `1.5`, `5.0`, `1.0E7`, `1.0E-4`. */
function doubleText(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return String(value);
  if (Object.is(value, -0)) return '-0.0';
  if (size === 0 || (size >= 1e-3 && size < 1e7)) return Number.isInteger(value) ? `${value}.0` : String(value);
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
}

/** Compact JSON; entries of maps that are null are left out, as flows expect. */
export function jsonOf(value: Value, budget: Budget, depth = 0): string {
  budget.step(1);
  if (depth > DEEPEST_VALUE) throw tooDeep();
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return Number.isFinite(value) ? numberText(value) : `"${value}"`;
  if (value === null) return 'null';
  if (typeof value !== 'object' || value instanceof Decimal) return scalarText(value);
  const json = isList(value) ? listJson(value, budget, depth) : mapJson(value, budget, depth);
  budget.output(json.length);
  return json;
}

function listJson(list: readonly Value[], budget: Budget, depth: number): string {
  const items: string[] = [];
  for (const item of list) items.push(jsonOf(item, budget, depth + 1));
  return `[${items.join(',')}]`;
}

function mapJson(map: ValueMap, budget: Budget, depth: number): string {
  let json = '';
  for (const key of Object.keys(map)) {
    const entry = map[key] ?? null;
    if (entry !== null) json += `${json && ','}${JSON.stringify(key)}:${jsonOf(entry, budget, depth + 1)}`;
  }
  return `{${json}}`;
}

/** How a value joins a text by `~`, `+` or `join`: `[1, 2]`, `{a=1}`, `null`. */
export function joinedText(value: Value, budget: Budget, depth = 0): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return numberText(value);
  if (value === null) return 'null';
  if (typeof value !== 'object' || value instanceof Decimal) return scalarText(value);
  budget.step(3);
  if (depth > DEEPEST_VALUE) throw tooDeep();
  const parts = isList(value)
    ? value.map((item) => joinedText(item, budget, depth + 1))
    : Object.keys(value).map((key) => `${key}=${joinedText((value as ValueMap)[key] ?? null, budget, depth + 1)}`);
  const text = parts.join(', ');
  budget.output(text.length);
  budget.step(text.length / CHARACTERS_PER_STEP);
  return isList(value) ? `[${text}]` : `{${text}}`;
}

/** What this value is called in an error. */
export function kindOf(value: Value): string {
  if (value === null) return 'null';
  if (isList(value)) return 'a list';
  if (typeof value === 'string') return 'a text';
  if (typeof value === 'boolean') return 'a boolean';
  return typeof value === 'object' && !(value instanceof Decimal) ? 'a map' : 'a number';
}

/** A value nested too deep to walk. */
export function tooDeep(): ExpressionError {
  return new ExpressionError('EXPRESSION_LIMIT', `The value is nested deeper than ${DEEPEST_VALUE}`);
}

import type { Reader } from 'ion-js';
import type { Budget } from '../budget.ts';
import { valueError } from '../expression-error.ts';
import { setOwn, type Value } from '../json.ts';
import { decimal } from '../values/number.ts';

const DEEPEST = 200;

/**
 * Reads Amazon Ion: all values of a text. The library is loaded when first needed, which is why this waits.
 * @throws {ExpressionError} EXPRESSION_VALUE when it is not Ion.
 */
export async function readIon(text: string, budget: Budget): Promise<Value[]> {
  const ion = await import('ion-js');
  budget.grow(text.length);
  const values: Value[] = [];
  try {
    const reader = ion.makeReader(text);
    for (let type = reader.next(); type; type = reader.next()) values.push(valueOf(reader, budget, 0));
  } catch (cause) {
    throw valueError(`The text is not Ion: ${(cause as Error).message}`, { cause });
  }
  return values;
}

function valueOf(reader: Reader, budget: Budget, depth: number): Value {
  budget.step(1);
  if (depth > DEEPEST) throw valueError(`The Ion is nested deeper than ${DEEPEST}`);
  if (reader.isNull()) return null;
  switch (reader.type()?.name) {
    case 'struct':
      return structOf(reader, budget, depth);
    case 'list':
    case 'sexp':
      return itemsOf(reader, budget, depth);
    case 'bool':
      return reader.booleanValue();
    case 'int':
      return whole(BigInt(String(reader.bigIntValue() ?? 0n)));
    case 'float':
      return decimal(reader.numberValue() ?? 0);
    case 'decimal':
      return decimal(Number(String(reader.decimalValue() ?? 0)));
    case 'timestamp':
      return timestampText(String(reader.timestampValue()));
    case 'blob':
    case 'clob':
      return Buffer.from(reader.uInt8ArrayValue() ?? []).toString('base64');
    default:
      return reader.stringValue();
  }
}

/** A number where it is exact, else a bigint. */
function whole(value: bigint): Value {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function structOf(reader: Reader, budget: Budget, depth: number): Value {
  const map: Record<string, Value> = {};
  reader.stepIn();
  for (let type = reader.next(); type; type = reader.next())
    setOwn(map, reader.fieldName() ?? '', valueOf(reader, budget, depth + 1));
  reader.stepOut();
  return map;
}

function itemsOf(reader: Reader, budget: Budget, depth: number): Value {
  const items: Value[] = [];
  reader.stepIn();
  for (let type = reader.next(); type; type = reader.next()) items.push(valueOf(reader, budget, depth + 1));
  reader.stepOut();
  return items;
}

/** `2024T` and `2024-01T` are the first day of the year or month, and a zero fraction is not written. */
function timestampText(text: string): string {
  const [, year, month] = /^(\d{4})(?:-(\d\d))?T$/.exec(text) ?? [];
  if (year !== undefined) return `${year}-${month ?? '01'}-01`;
  return text.replace(/^(\d{4}-\d\d-\d\d)T$/, '$1').replace(/\.0+(?=Z|[+-]|$)/, '');
}

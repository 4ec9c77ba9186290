import type { Row } from '@tutti/plugin-sdk';

/** A column as BigQuery describes it. */
export interface Field {
  readonly name?: string;
  readonly type?: string;
  readonly mode?: string;
  readonly fields?: readonly Field[];
}

/** A row as BigQuery sends it: values without names, nearly all as text. */
export interface Cells {
  readonly f?: readonly { readonly v?: unknown }[];
}

/** A row as JSON, by the schema of its columns. */
export const rowOf = (cells: Cells, fields: readonly Field[]): Row =>
  Object.fromEntries(fields.map((field, n) => [field.name ?? '', valueOf(cells.f?.[n]?.v, field)]));

function valueOf(value: unknown, field: Field): unknown {
  if (field.mode === 'REPEATED')
    return ((value ?? []) as { readonly v: unknown }[]).map(({ v }) => valueOf(v, { ...field, mode: 'NULLABLE' }));
  if (value === null || value === undefined) return null;
  if (field.fields) return rowOf(value as Cells, field.fields);
  return READERS[field.type ?? '']?.(value as string) ?? value;
}

type Reader = (text: string) => unknown;

const DIGITS_KEPT = 15;

/** A number where no digit gets lost, else its text. */
const exact: Reader = (text) => (text.replace(/^-?0*\.?0*|\D/g, '').length <= DIGITS_KEPT ? Number(text) : text);
const float: Reader = (text) => (Number.isFinite(Number(text)) ? Number(text) : text);
const truth: Reader = (text) => text === 'true';

/** By the names of types in both dialects of SQL; of all others the text is kept. */
const READERS: Readonly<Record<string, Reader>> = {
  INTEGER: exact,
  INT64: exact,
  NUMERIC: exact,
  BIGNUMERIC: exact,
  FLOAT: float,
  FLOAT64: float,
  BOOLEAN: truth,
  BOOL: truth,
  TIMESTAMP: timestampOf,
  JSON: (text) => JSON.parse(text) as unknown,
};

/** Microseconds since 1970 as ISO 8601, with as many digits of a second as there are. */
function timestampOf(text: string): string {
  const micros = BigInt(text);
  const ofSecond = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = new Date(Number((micros - ofSecond) / 1000n)).toISOString().slice(0, -'.000Z'.length);
  const fraction = String(ofSecond).padStart(6, '0').replace(/0+$/, '');
  return `${seconds}${fraction === '' ? '' : `.${fraction}`}Z`;
}

import type * as DuckDB from '@duckdb/node-api';
import type { DuckDBType, DuckDBValue, DuckDBValueConverter } from '@duckdb/node-api';

type Api = typeof DuckDB;

/**
 * Values as JSON: numbers where no digit gets lost, else their text; dates and times as ISO 8601; bytes as base64.
 * @param api The loaded client library.
 */
export function jsonConverter(api: Api): DuckDBValueConverter<unknown> {
  const { DuckDBTypeId: Id } = api;
  const exact = new Set([Id.BIGINT, Id.UBIGINT, Id.HUGEINT, Id.UHUGEINT, Id.BIGNUM, Id.DECIMAL]);
  const times = new Set([Id.TIMESTAMP, Id.TIMESTAMP_S, Id.TIMESTAMP_MS, Id.TIMESTAMP_NS, Id.TIMESTAMP_TZ]);
  const convert: DuckDBValueConverter<unknown> = (value, type) => {
    if (value === null) return null;
    if (exact.has(type.typeId)) return numberOrText(value);
    if (times.has(type.typeId)) return isoOf(String(value));
    if (type.typeId === Id.BLOB) return Buffer.from((value as InstanceType<Api['DuckDBBlobValue']>).bytes).toString('base64'); // prettier-ignore
    return nested(value, type) ?? api.JsonDuckDBValueConverter(value, type, api.JsonDuckDBValueConverter);
  };
  const nested = (value: DuckDBValue, type: DuckDBType): unknown => {
    if (value instanceof api.DuckDBListValue || value instanceof api.DuckDBArrayValue)
      return value.items.map((item) => convert(item, (type as { readonly valueType: DuckDBType }).valueType, convert));
    if (!(value instanceof api.DuckDBStructValue)) return undefined;
    const { entryNames, entryTypes } = type as InstanceType<Api['DuckDBStructType']>;
    return Object.fromEntries(
      entryNames.map((name, n) => [name, convert(value.entries[name] ?? null, entryTypes[n] as DuckDBType, convert)]),
    );
  };
  return convert;
}

const DIGITS_KEPT = 15;

function numberOrText(value: DuckDBValue): number | string {
  const text = String(value);
  return text.replace(/^-?0*\.?0*|\D/g, '').length <= DIGITS_KEPT ? Number(text) : text;
}

/** `2024-01-02 03:04:05+00` to `2024-01-02T03:04:05Z`. */
const isoOf = (text: string): string =>
  text
    .replace(' ', 'T')
    .replace(/\+00$/, 'Z')
    .replace(/([+-]\d\d)$/, '$1:00');

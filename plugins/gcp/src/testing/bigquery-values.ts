import { DuckDBListType, DuckDBListValue, DuckDBStructType, DuckDBStructValue, DuckDBTypeId } from '@duckdb/node-api';
import type { DuckDBBlobValue, DuckDBTimestampTZValue, DuckDBType, DuckDBValue } from '@duckdb/node-api';

/** A column as the REST API describes it. */
export interface Field {
  readonly name: string;
  readonly type: string;
  readonly mode?: string;
  readonly description?: string;
  readonly fields?: readonly Field[];
}

const TYPES: Readonly<Record<number, string>> = {
  [DuckDBTypeId.BOOLEAN]: 'BOOLEAN',
  [DuckDBTypeId.TINYINT]: 'INTEGER',
  [DuckDBTypeId.SMALLINT]: 'INTEGER',
  [DuckDBTypeId.INTEGER]: 'INTEGER',
  [DuckDBTypeId.BIGINT]: 'INTEGER',
  [DuckDBTypeId.HUGEINT]: 'INTEGER',
  [DuckDBTypeId.FLOAT]: 'FLOAT',
  [DuckDBTypeId.DOUBLE]: 'FLOAT',
  [DuckDBTypeId.DECIMAL]: 'NUMERIC',
  [DuckDBTypeId.BLOB]: 'BYTES',
  [DuckDBTypeId.DATE]: 'DATE',
  [DuckDBTypeId.TIME]: 'TIME',
  [DuckDBTypeId.TIMESTAMP]: 'DATETIME',
  [DuckDBTypeId.TIMESTAMP_TZ]: 'TIMESTAMP',
};

/** A column of DuckDB as a field. */
export function fieldOf(name: string, type: DuckDBType): Field {
  if (type instanceof DuckDBListType) return { ...fieldOf(name, type.valueType), mode: 'REPEATED' };
  if (type instanceof DuckDBStructType)
    return { name, type: 'RECORD', fields: type.entryNames.map((entry, n) => fieldOf(entry, type.entryTypes[n]!)) };
  return { name, type: type.alias === 'JSON' ? 'JSON' : (TYPES[type.typeId] ?? 'STRING'), mode: 'NULLABLE' };
}

/** A value as the REST API gives it: nearly all as text. */
export function cellOf(value: DuckDBValue, type: DuckDBType): unknown {
  if (value === null) return type instanceof DuckDBListType ? [] : null;
  if (value instanceof DuckDBListValue)
    return value.items.map((item) => ({ v: cellOf(item, (type as DuckDBListType).valueType) }));
  if (value instanceof DuckDBStructValue) {
    const { entryNames, entryTypes } = type as DuckDBStructType;
    return { f: entryNames.map((name, n) => ({ v: cellOf(value.entries[name] ?? null, entryTypes[n]!) })) };
  }
  if (type.typeId === DuckDBTypeId.TIMESTAMP_TZ) return String((value as DuckDBTimestampTZValue).micros);
  if (type.typeId === DuckDBTypeId.BLOB) return Buffer.from((value as DuckDBBlobValue).bytes).toString('base64');
  const text = String(value);
  if (type.typeId === DuckDBTypeId.TIMESTAMP) return text.replace(' ', 'T');
  // BigQuery writes 1.5, not 1.500000000.
  return type.typeId === DuckDBTypeId.DECIMAL ? text.replace(/\.?0+$/, '') : text;
}

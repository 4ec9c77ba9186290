import type { KeyValueType } from '@tutti/contracts';
import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';

/** `bigint` as a number: times and sizes are far below 2^53. */
const int8 = (name: string): EntitySchemaColumnOptions => ({
  type: 'bigint',
  name,
  transformer: {
    from: (value: string | null) => (value === null ? null : Number(value)),
    to: (value: unknown) => value,
  },
});

export interface KeyValueRow {
  readonly namespace: string;
  readonly key: string;
  readonly type: KeyValueType;
  /** JSON. */
  readonly value: unknown;
  readonly version: number;
  readonly description: string | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly expiresAtMs: number | null;
}
export const keyValueEntity = new EntitySchema<KeyValueRow>({
  name: 'key_values',
  schema: 'registry',
  columns: {
    namespace: { type: 'text', primary: true },
    key: { type: 'text', primary: true },
    type: { type: 'text' },
    value: { type: 'json' },
    version: { type: 'int' },
    description: { type: 'text', nullable: true },
    createdAtMs: int8('created_at_ms'),
    updatedAtMs: int8('updated_at_ms'),
    expiresAtMs: { ...int8('expires_at_ms'), nullable: true },
  },
});

export interface FileRow {
  readonly namespace: string;
  readonly path: string;
  readonly directory: boolean;
  readonly sizeBytes: number;
  readonly uri: string | null;
  readonly revision: number;
  readonly updatedAtMs: number;
}
export const fileEntity = new EntitySchema<FileRow>({
  name: 'files',
  schema: 'registry',
  columns: {
    namespace: { type: 'text', primary: true },
    path: { type: 'text', primary: true },
    directory: { type: 'boolean' },
    sizeBytes: int8('size_bytes'),
    uri: { type: 'text', nullable: true },
    revision: { type: 'int' },
    updatedAtMs: int8('updated_at_ms'),
  },
});

export interface NamespaceRow {
  readonly id: string;
  readonly description: string | null;
  /** JSON: a list of `{type, values, forced}`. */
  readonly pluginDefaults: unknown;
  readonly updatedAtMs: number;
}
export const namespaceEntity = new EntitySchema<NamespaceRow>({
  name: 'namespaces',
  schema: 'registry',
  columns: {
    id: { type: 'text', primary: true },
    description: { type: 'text', nullable: true },
    pluginDefaults: { type: 'json', name: 'plugin_defaults' },
    updatedAtMs: int8('updated_at_ms'),
  },
});

export interface SecretRow {
  readonly namespace: string;
  readonly key: string;
  /** Which key sealed it. */
  readonly keyId: string;
  readonly sealed: Buffer;
  readonly updatedAtMs: number;
}
export const secretEntity = new EntitySchema<SecretRow>({
  name: 'secrets',
  schema: 'registry',
  columns: {
    namespace: { type: 'text', primary: true },
    key: { type: 'text', primary: true },
    keyId: { type: 'text', name: 'key_id' },
    sealed: { type: 'bytea' },
    updatedAtMs: int8('updated_at_ms'),
  },
});

export const ENTITIES = [keyValueEntity, fileEntity, namespaceEntity, secretEntity] as const;

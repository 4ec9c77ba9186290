import { Readable } from 'node:stream';
import type { RunContext } from '../context.ts';
import { s } from '../schema.ts';

const FETCH_TYPES = ['NONE', 'FETCH_ONE', 'FETCH', 'STORE'] as const;

/** What becomes of the rows of a query. */
export type FetchType = (typeof FETCH_TYPES)[number];

/** A row as JSON. */
export type Row = Readonly<Record<string, unknown>>;

/** Properties of tasks that query a database. */
export const fetchProperties = {
  fetchType: s.enum(FETCH_TYPES).default('NONE').describe('Rows: none, the first, all as an output, or all in a stored file.'), // prettier-ignore
  fetchSize: s.int().default(10_000).describe('Rows fetched from the database at a time.'),
  store: s.boolean().default(false).describe('Deprecated: fetchType STORE.'),
  fetch: s.boolean().default(false).describe('Deprecated: fetchType FETCH.'),
  fetchOne: s.boolean().default(false).describe('Deprecated: fetchType FETCH_ONE.'),
} as const;

/** The fetch type; the older switches count where one of them is on. */
export function fetchTypeOf(properties: {
  readonly fetchType: FetchType;
  readonly store: boolean;
  readonly fetch: boolean;
  readonly fetchOne: boolean;
}): FetchType {
  if (properties.store) return 'STORE';
  if (properties.fetchOne) return 'FETCH_ONE';
  return properties.fetch ? 'FETCH' : properties.fetchType;
}

/** What a query gives, by fetch type. */
export const fetchOutputs = {
  row: s.record(s.json()).describe('The first row; absent when there is none.'),
  rows: s.list(s.record(s.json())).describe('All rows.'),
  uri: s.string().describe('File with one row a line, as JSON.'),
  size: s.int().describe('Number of rows.'),
} as const;

/** Rows of one query as outputs. */
export interface Fetched {
  readonly row?: Row;
  readonly rows?: readonly Row[];
  readonly uri?: string;
  readonly size?: number;
}

/** Takes rows as the fetch type says; those that are not wanted are not read. */
export async function takeRows(
  { storage, counter }: Pick<RunContext, 'storage' | 'counter'>,
  fetchType: FetchType,
  batches: AsyncIterable<readonly Row[]>,
): Promise<Fetched> {
  const fetched = await TAKERS[fetchType](batches, storage);
  if (fetched.size !== undefined) counter('fetch.size', fetched.size);
  return fetched;
}

type Taker = (batches: AsyncIterable<readonly Row[]>, storage: RunContext['storage']) => Promise<Fetched>;

const TAKERS: Readonly<Record<FetchType, Taker>> = {
  NONE: () => Promise.resolve({}),
  async FETCH_ONE(batches) {
    for await (const [row] of batches) if (row) return { row, size: 1 };
    return { size: 0 };
  },
  async FETCH(batches) {
    const rows: Row[] = [];
    for await (const batch of batches) for (const row of batch) rows.push(row);
    return { rows, size: rows.length };
  },
  async STORE(batches, storage) {
    let size = 0;
    const lines = async function* (): AsyncGenerator<Buffer> {
      for await (const batch of batches) {
        size += batch.length;
        yield Buffer.from(batch.map((row) => `${JSON.stringify(row)}\n`).join(''));
      }
    };
    const { uri } = await storage.put('rows.ion', Readable.from(lines()));
    return { uri, size };
  },
};

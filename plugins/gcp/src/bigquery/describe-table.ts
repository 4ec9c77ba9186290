import { s } from '@tutti/plugin-sdk';
import { defined } from '../defined.ts';
import { tableOutputs } from './table-name.ts';

/** A table as tasks give it. */
export const tableMetadataOutputs = {
  ...tableOutputs,
  friendlyName: s.string().describe('Name for people.'),
  description: s.string().describe('Description.'),
  definition: s.record(s.json()).describe('`type`, and `schema` with the `fields`.'),
  labels: s.record(s.string()).describe('Labels.'),
  location: s.string().describe('Where its data is.'),
  numRows: s.int().describe('Rows.'),
  numBytes: s.int().describe('Bytes.'),
  creationTime: s.string().describe('When it was created.'),
  lastModifiedTime: s.string().describe('When it was last changed.'),
  expirationTime: s.string().describe('When it goes.'),
} as const;

interface TableResource {
  readonly tableReference?: { readonly projectId?: string; readonly datasetId?: string; readonly tableId?: string };
  readonly type?: string;
  readonly schema?: object;
  readonly timePartitioning?: object;
  readonly clustering?: object;
  readonly [name: string]: unknown;
}

/** What an output says of a table, by the description that the API gives. */
export function describeTable(described: object) {
  const resource = described as TableResource;
  const {
    tableReference: { projectId, datasetId, tableId } = {},
    type,
    schema,
    timePartitioning,
    clustering,
  } = resource;
  const number = (name: string) => (resource[name] === undefined ? undefined : Number(resource[name]));
  const time = (name: string) => (resource[name] === undefined ? undefined : new Date(Number(resource[name])).toISOString()); // prettier-ignore
  return defined({
    projectId,
    datasetId,
    table: tableId,
    friendlyName: resource['friendlyName'],
    description: resource['description'],
    definition: defined({ type, schema, timePartitioning, clustering }),
    labels: resource['labels'],
    location: resource['location'],
    numRows: number('numRows'),
    numBytes: number('numBytes'),
    creationTime: time('creationTime'),
    lastModifiedTime: time('lastModifiedTime'),
    expirationTime: time('expirationTime'),
  }) as Record<'projectId' | 'datasetId' | 'table', string>;
}

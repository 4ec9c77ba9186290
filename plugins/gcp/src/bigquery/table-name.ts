import type { BigQuery, Dataset, Table } from '@google-cloud/bigquery';
import { TaskError, s } from '@tutti/plugin-sdk';

/** Where a table is. */
export interface TableName {
  readonly projectId: string;
  readonly datasetId: string;
  readonly tableId: string;
}

/**
 * The parts of `project.dataset.table`, or of `dataset.table` in the project of the client. A partition may follow the
 * table: `table$20240101`.
 * @throws {TaskError} BIGQUERY_NAME_INVALID.
 */
export function parseTableName(text: string, defaultProject: string): TableName {
  // Projects of a domain have a dot and a colon in their names.
  const parts = /^(?:((?:[\w.-]+:)?[\w-]+)[.:])?(\w+)\.([^.`]+)$/.exec(text.trim().replaceAll('`', ''));
  const [, projectId = defaultProject, datasetId, tableId] = parts ?? [];
  if (datasetId === undefined || tableId === undefined)
    throw new TaskError('BIGQUERY_NAME_INVALID', `"${text}" is no name of a table.`, {
      hint: 'Write project.dataset.table or dataset.table.',
      retryable: false,
    });
  return { projectId, datasetId, tableId };
}

/** Properties that name a table. */
export const tableProperties = {
  dataset: s.nonEmpty().describe('Dataset of the table; project.dataset when it is in another project.'),
  table: s.nonEmpty().describe('Name of the table.'),
} as const;

/** What tasks give of the name of a table. */
export const tableOutputs = {
  projectId: s.string().describe('Project of the table.'),
  datasetId: s.string().describe('Dataset of the table.'),
  table: s.string().describe('Name of the table.'),
} as const;

/** The dataset of that name, which may have its project before it. */
export function datasetOf(client: BigQuery, name: string): Dataset {
  const [, projectId, id] = /^(.+)[.:]([^.:]+)$/.exec(name) ?? [];
  return projectId === undefined || id === undefined ? client.dataset(name) : client.dataset(id, { projectId });
}

/** The table that those properties name. */
export const tableOf = (
  client: BigQuery,
  { dataset, table }: { readonly dataset: string; readonly table: string },
): Table =>
  // prettier-ignore
  datasetOf(client, dataset).table(table);

/** A table as a job gives it, as the output that people know. */
export const tableOutputOf = ({ projectId, datasetId, tableId }: Partial<TableName>) => ({
  project: projectId ?? '',
  dataset: datasetId ?? '',
  table: tableId ?? '',
});

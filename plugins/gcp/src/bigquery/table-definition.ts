import { s } from '@tutti/plugin-sdk';
import type { Properties } from '@tutti/plugin-sdk';
import { defined } from '../defined.ts';

/** Fields may hold fields; how deep is BigQuery's to say. */
const schema = s.object({ fields: s.list(s.record(s.json())) });

const partitioning = s.object({
  type: s.enum(['DAY', 'HOUR', 'MONTH', 'YEAR']).default('DAY'),
  field: s.string().optional(),
  expirationMs: s.int().optional(),
  expiration: s.duration().optional(),
  requirePartitionFilter: s.boolean().optional(),
});

/** What a table is to be like. */
export const tableDefinitionProperties = {
  tableDefinition: s
    .object({
      type: s.enum(['TABLE', 'VIEW', 'MATERIALIZED_VIEW', 'EXTERNAL']).default('TABLE'),
      schema: schema.optional(),
      standardTableDefinition: s
        .object({
          clustering: s.oneOrMany(s.string()).optional(),
          timePartitioning: partitioning.optional(),
        })
        .optional(),
      viewDefinition: s.object({ query: s.string(), useLegacySql: s.boolean().default(false) }).optional(),
      materializedViewDefinition: s
        .object({
          query: s.string(),
          enableRefresh: s.boolean().optional(),
          refreshInterval: s.duration().optional(),
        })
        .optional(),
      externalTableDefinition: s
        .object({
          sourceUris: s.oneOrMany(s.string()),
          formatType: s.enum(['CSV', 'JSON', 'NEWLINE_DELIMITED_JSON', 'AVRO', 'PARQUET', 'ORC']).default('CSV'),
          autodetect: s.boolean().optional(),
          compression: s.string().optional(),
          ignoreUnknownValues: s.boolean().optional(),
          maxBadRecords: s.int().optional(),
          skipLeadingRows: s.int().optional(),
        })
        .optional(),
    })
    .optional()
    .describe('Kind, columns (`schema.fields`: name, type, mode, description, subFields) and layout of the table.'),
  friendlyName: s.string().optional().describe('Name for people.'),
  description: s.string().optional().describe('Description.'),
  labels: s.record(s.string()).optional().describe('Labels of the table.'),
  requirePartitionFilter: s.boolean().optional().describe('Whether queries must say which partitions they read.'),
  encryptionConfiguration: s.object({ kmsKeyName: s.string() }).optional().describe('Key of Cloud KMS that it is encrypted with.'), // prettier-ignore
  expirationDuration: s.duration().optional().describe('How long it stays (ISO-8601).'),
} as const;

type Wish = Properties<typeof tableDefinitionProperties>;

/** The table as the API of BigQuery wants it described. */
export const tableResource = (wish: Wish) =>
  defined({
    ...(wish.tableDefinition && definitionResource(wish.tableDefinition)),
    friendlyName: wish.friendlyName,
    description: wish.description,
    labels: wish.labels,
    requirePartitionFilter: wish.requirePartitionFilter,
    encryptionConfiguration: wish.encryptionConfiguration,
    expirationTime: wish.expirationDuration === undefined ? undefined : String(Date.now() + wish.expirationDuration),
  });

function definitionResource(definition: NonNullable<Wish['tableDefinition']>) {
  const { standardTableDefinition, viewDefinition: view, materializedViewDefinition: materialized, externalTableDefinition: external } = definition; // prettier-ignore
  const layout = standardTableDefinition?.timePartitioning;
  return {
    schema: definition.schema && schemaResource(definition.schema),
    clustering: standardTableDefinition?.clustering && { fields: standardTableDefinition.clustering },
    timePartitioning:
      layout &&
      defined({
        type: layout.type,
        field: layout.field,
        expirationMs: (layout.expirationMs ?? layout.expiration)?.toString(),
        requirePartitionFilter: layout.requirePartitionFilter,
      }),
    view,
    materializedView:
      materialized &&
      defined({
        query: materialized.query,
        enableRefresh: materialized.enableRefresh,
        refreshIntervalMs: materialized.refreshInterval?.toString(),
      }),
    externalDataConfiguration: external && externalResource(external),
  };
}

type External = NonNullable<NonNullable<Wish['tableDefinition']>['externalTableDefinition']>;

const externalResource = ({ formatType, skipLeadingRows, ...rest }: External) =>
  defined({
    ...rest,
    sourceFormat: sourceFormatOf(formatType),
    csvOptions: skipLeadingRows === undefined ? undefined : { skipLeadingRows: String(skipLeadingRows) },
  });

/** The name that the API has for a format. */
export const sourceFormatOf = (format: string): string => (format === 'JSON' ? 'NEWLINE_DELIMITED_JSON' : format);

type JsonField = Readonly<Record<string, unknown>>;

/** Columns with the members that the API knows; fields within a field are also called `subFields`. */
export function schemaResource({ fields }: { readonly fields: readonly JsonField[] }): { fields: object[] } {
  return {
    fields: fields.map(({ subFields, ...field }) => {
      const inner = (subFields ?? field['fields']) as readonly JsonField[] | { readonly fields: readonly JsonField[] } | undefined; // prettier-ignore
      const nested = inner && schemaResource('fields' in inner ? inner : { fields: inner });
      return { ...field, ...nested };
    }),
  };
}

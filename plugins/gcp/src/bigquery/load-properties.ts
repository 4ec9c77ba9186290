import { property, s } from '@tutti/plugin-sdk';
import type { Properties } from '@tutti/plugin-sdk';
import { defined } from '../defined.ts';
import { destinationProperties, jobProperties, layoutOf, layoutProperties } from './bigquery-properties.ts';
import { schemaResource, sourceFormatOf } from './table-definition.ts';

const { dryRun: _, ...loadJobProperties } = jobProperties;

/** What Load and LoadFromGcs share. */
export const loadProperties = {
  ...loadJobProperties,
  destinationTable: s.nonEmpty().describe('Table to load into: project.dataset.table, or dataset.table.'),
  ...destinationProperties,
  ...layoutProperties,
  format: s.enum(['CSV', 'JSON', 'AVRO', 'PARQUET', 'ORC']).optional().describe('Format of the files; JSON has one row a line.'), // prettier-ignore
  schema: property(
    s
      .object({ fields: s.list(s.record(s.json())) })
      .optional()
      .describe('Columns: `fields` with name, type and mode.'),
    { render: 'typed' },
  ),
  autodetect: s.boolean().optional().describe('Whether columns are found out from the files.'),
  ignoreUnknownValues: s.boolean().optional().describe('Whether values without a column are left out.'),
  maxBadRecords: s.int().optional().describe('How many bad rows are left out before the load fails.'),
  csvOptions: s
    .object({
      allowJaggedRows: s.boolean().optional(),
      allowQuotedNewLines: s.boolean().optional(),
      encoding: s.string().optional(),
      fieldDelimiter: s.string().optional(),
      quote: s.string().optional(),
      skipLeadingRows: s.int().optional(),
      nullMarker: s.string().optional(),
    })
    .optional()
    .describe('How CSV is to be read.'),
  avroOptions: s.object({ useAvroLogicalTypes: s.boolean().optional() }).optional().describe('How Avro is to be read.'),
} as const;

/** What both give. */
export const loadOutputs = {
  jobId: s.string().describe('Id of the job.'),
  rows: s.int().describe('Rows loaded.'),
  destinationTable: s.record(s.string()).describe('`project`, `dataset` and `table`.'),
} as const;

/** The configuration of the load, but for where the rows come from and go to. */
export function loadConfiguration(properties: Omit<Properties<typeof loadProperties>, 'destinationTable'>) {
  const { csvOptions, format, schema } = properties;
  return defined({
    sourceFormat: format === undefined ? undefined : sourceFormatOf(format),
    schema: schema && schemaResource(schema),
    writeDisposition: properties.writeDisposition,
    createDisposition: properties.createDisposition,
    ...layoutOf(properties),
    autodetect: properties.autodetect,
    ignoreUnknownValues: properties.ignoreUnknownValues,
    maxBadRecords: properties.maxBadRecords,
    ...(csvOptions && { ...csvOptions, allowQuotedNewlines: csvOptions.allowQuotedNewLines, allowQuotedNewLines: undefined }), // prettier-ignore
    useAvroLogicalTypes: properties.avroOptions?.useAvroLogicalTypes,
  });
}

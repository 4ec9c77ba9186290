import { TaskError, s } from '@tutti/plugin-sdk';
import { connectionProperties } from './connection-properties.ts';

const FORMATS = ['TEXT', 'CSV', 'BINARY'] as const;

/** What CopyIn and CopyOut say alike. */
export const copyProperties = {
  ...connectionProperties,
  table: s.string().optional().describe('The table, with its schema where needed.'),
  columns: s.list(s.string()).optional().describe('Its columns, in the order of the file; all when left out.'),
  format: s.enum(FORMATS).default('TEXT').describe('Format of the file.'),
  header: s.boolean().optional().describe('Whether the file begins with a line of names.'),
  delimiter: s.string().optional().describe('What separates columns.'),
  nullString: s.string().optional().describe('What stands for NULL.'),
  quote: s.string().optional().describe('What encloses values (CSV).'),
  escape: s.string().optional().describe('What stands before a quote within a value (CSV).'),
  encoding: s.string().optional().describe('Character set of the file.'),
  forceQuote: s.list(s.string()).optional().describe('Columns that are always enclosed (CopyOut, CSV).'),
  forceNotNull: s.list(s.string()).optional().describe('Columns in which nothing stands for NULL (CopyIn, CSV).'),
  forceNull: s
    .list(s.string())
    .optional()
    .describe('Columns in which an enclosed nullString is NULL too (CopyIn, CSV).'),
  freeze: s.boolean().optional().describe('Whether rows are stored as if frozen (CopyIn).'),
  oids: s.boolean().optional().describe('Accepted; PostgreSQL has no OIDs of rows any more.'),
  socketTimeout: s.int().optional().describe('Accepted; the timeout of the task counts.'),
} as const;

/** The properties above, parsed. */
export type CopyProperties = {
  readonly [Name in keyof typeof copyProperties]: (typeof copyProperties)[Name]['_zod']['output'];
};

/** The options of COPY, with the word WITH. */
export function copyOptions(properties: CopyProperties): string {
  const { format, header, delimiter, nullString, quote, escape, encoding } = properties;
  const { forceQuote, forceNotNull, forceNull, freeze } = properties;
  const options = [
    `FORMAT ${format}`,
    header !== undefined && `HEADER ${header}`,
    delimiter !== undefined && `DELIMITER ${literal(delimiter)}`,
    nullString !== undefined && `NULL ${literal(nullString)}`,
    quote !== undefined && `QUOTE ${literal(quote)}`,
    escape !== undefined && `ESCAPE ${literal(escape)}`,
    encoding !== undefined && `ENCODING ${literal(encoding)}`,
    forceQuote && `FORCE_QUOTE (${forceQuote.join(', ')})`,
    forceNotNull && `FORCE_NOT_NULL (${forceNotNull.join(', ')})`,
    forceNull && `FORCE_NULL (${forceNull.join(', ')})`,
    freeze === true && 'FREEZE true',
  ];
  return `WITH (${options.filter((option) => option !== false && option !== undefined).join(', ')})`;
}

/** The table with its columns, names as they are written. @throws {TaskError} COPY_UNCLEAR without a table. */
export function copyTarget({ table, columns }: Pick<CopyProperties, 'table' | 'columns'>): string {
  if (table === undefined)
    throw new TaskError('COPY_UNCLEAR', 'The property "table" is required.', { retryable: false });
  return columns ? `${table} (${columns.join(', ')})` : table;
}

const literal = (text: string): string =>
  text.includes('\\') ? `E'${escaped(text)}'` : `'${text.replaceAll("'", "''")}'`;

/** `\t` and the like mean what they mean in PostgreSQL. */
const escaped = (text: string): string => text.replaceAll("'", "''");

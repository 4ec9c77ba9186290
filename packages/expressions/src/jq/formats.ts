import type { Budget } from '../budget.ts';
import type { Value } from '../json.ts';
import { jqError } from './jq-error.ts';
import { jsonOf } from '../values/print.ts';
import { listFrom, stringOf, typeOf } from './value-order.ts';

const HTML: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', "'": '&#39;', '"': '&quot;' };
const TSV: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** `@base64`, `@csv` and the like: how a value is written in a text. */
export function formatter(name: string): (value: Value, budget: Budget) => string {
  const format = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
  if (!format) throw jqError(`${name} is not a valid format`);
  return format;
}

const FORMATS: Readonly<Record<string, (value: Value, budget: Budget) => string>> = {
  text: stringOf,
  json: jsonOf,
  html: (value, budget) => stringOf(value, budget).replace(/[<>&'"]/g, (sign) => HTML[sign] ?? sign),
  uri: (value, budget) =>
    encodeURIComponent(stringOf(value, budget).toWellFormed()).replace(
      /[!'()*]/g,
      (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
    ),
  csv: (value, budget) => row(value, 'csv', ',', (text) => `"${text.replaceAll('"', '""')}"`, budget),
  tsv: (value, budget) =>
    row(value, 'tsv', '\t', (text) => text.replace(/[\\\t\n\r]/g, (sign) => TSV[sign] ?? sign), budget),
  sh: (value, budget) =>
    (Array.isArray(value) ? value : [value]).map((item: Value) => shellQuoted(item, budget)).join(' '),
  base64: (value, budget) => Buffer.from(stringOf(value, budget)).toString('base64'),
  base64d: (value, budget) => Buffer.from(stringOf(value, budget), 'base64').toString(),
};

function row(value: Value, name: string, separator: string, quote: (text: string) => string, budget: Budget): string {
  return listFrom(value, `@${name}`)
    .map((item) => {
      if (item === null) return '';
      if (typeof item === 'string') return quote(item);
      if (typeof item === 'object' && ['array', 'object'].includes(typeOf(item)))
        throw jqError(`${typeOf(item)} is not valid in a ${name} row`);
      return jsonOf(item, budget);
    })
    .join(separator);
}

function shellQuoted(value: Value, budget: Budget): string {
  if (typeof value === 'string') return `'${value.replaceAll("'", "'\\''")}'`;
  if (['array', 'object'].includes(typeOf(value))) throw jqError(`${typeOf(value)} can not be escaped for shell`);
  return jsonOf(value, budget);
}

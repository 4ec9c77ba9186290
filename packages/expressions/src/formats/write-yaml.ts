import type { Budget } from '../budget.ts';
import { Decimal, isList, isMap, type Value } from '../json.ts';
import { joinedText, numberText } from '../values/print.ts';

/** Words that YAML 1.1 takes for something other than text. */
const RESERVED = /^(?:true|false|yes|no|on|off|y|n|null|~)$/i;
const NUMBER_LIKE = /^[-+]?(?:[\d.]|0[xX])[\w.+-]*$/;
/** What a plain text may not start with. */
const INDICATOR_START = /^(?:[,[\]{}#&*!|>'"%@`]|[-?:](?:\s|$)|---|\.\.\.)/;
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f\ufeff]/; // eslint-disable-line no-control-regex -- they need escapes

/**
 * A value as YAML, with the layout flows know: items of lists one space in, each map of a list on lines of its own,
 * as few quotes as possible.
 */
export function writeYaml(value: Value, budget: Budget): string {
  if (isList(value) && value.length > 0) return listLines(value, 0, budget);
  if (isMap(value) && Object.keys(value).length > 0) return mapLines(value, 0, budget);
  return value === '' ? '--- ""\n' : `${scalar(value, 0, budget)}\n`;
}

function listLines(items: readonly Value[], indent: number, budget: Budget): string {
  let text = '';
  const dash = `${' '.repeat(indent + 1)}-`;
  for (const item of items) {
    if (isList(item) && item.length > 0) text += `${dash}\n${listLines(item, indent + 2, budget)}`;
    else if (isMap(item) && Object.keys(item).length > 0) text += `${dash}\n${mapLines(item, indent + 2, budget)}`;
    else text += `${dash} ${scalar(item, indent, budget)}\n`;
    budget.step(1);
    budget.output(text.length);
  }
  return text;
}

function mapLines(map: { readonly [key: string]: Value }, indent: number, budget: Budget): string {
  let text = '';
  const space = ' '.repeat(indent);
  for (const [key, value] of Object.entries(map)) {
    const name = space + (key === '' ? `? ""\n${space}` : keyText(key));
    if (isList(value) && value.length > 0) text += `${name}:\n${listLines(value, indent, budget)}`;
    else if (isMap(value) && Object.keys(value).length > 0) text += `${name}:\n${mapLines(value, indent + 2, budget)}`;
    else text += `${name}: ${scalar(value, indent, budget)}\n`;
    budget.step(1);
    budget.output(text.length);
  }
  return text;
}

function keyText(key: string): string {
  if (RESERVED.test(key) || NUMBER_LIKE.test(key) || key === '-') return JSON.stringify(key);
  return plainOrSingle(key);
}

/** One line, or a block of lines that are two spaces in. */
function scalar(value: Value, indent: number, budget: Budget): string {
  if (isList(value)) return '[]';
  if (isMap(value)) return '{}';
  if (typeof value === 'number') return numberText(value);
  if (typeof value !== 'string') return value instanceof Decimal ? joinedText(value, budget) : String(value);
  if (value === '') return '""';
  if (CONTROL.test(value) || value.includes('\t') || / \n/.test(value)) return escaped(value);
  if (value.includes('\n')) return block(value, indent);
  return RESERVED.test(value) || looksLikeYaml(value) ? JSON.stringify(value) : plainOrSingle(value);
}

/** Signs in the middle of a text that a reader might take for a map, a list or a comment. */
function looksLikeYaml(text: string): boolean {
  return /[[\]{},]/.test(text) || /:(?:\s|$)/.test(text) || /(?:^|\s)#/.test(text);
}

function plainOrSingle(text: string): string {
  const plain =
    !INDICATOR_START.test(text) && !/^\s|\s$|:(?:\s|$)|\s#/.test(text) && !CONTROL.test(text) && !/[\n\t]/.test(text);
  if (plain) return text;
  return CONTROL.test(text) || /[\n\t]/.test(text) ? escaped(text) : `'${text.replaceAll("'", "''")}'`;
}

function escaped(text: string): string {
  return JSON.stringify(text).replace(/\\u00([0-9a-f]{2})/g, '\\x$1');
}

function block(text: string, indent: number): string {
  const lead = /^[\s]/.test(text) ? '2' : '';
  const ending = text.endsWith('\n') ? (text === '\n' || text.endsWith('\n\n') ? '+' : '') : '-';
  const lines = text.replace(/\n$/, '').split('\n');
  const space = ' '.repeat(indent + 2);
  return [`|${lead}${ending}`, ...lines.map((line) => (line === '' ? '' : space + line))].join('\n');
}

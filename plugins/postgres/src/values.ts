import type { CustomTypesConfig } from 'pg';

/** Values come as the text of the server; `jsonOf` reads them. */
export const textTypes: CustomTypesConfig = { getTypeParser: () => (text: string) => text };

/** Reads the text of one value of a type, as JSON. */
export type Reader = (text: string) => unknown;

const NUMBER: Reader = (text) => {
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
};
/** A number where no digit gets lost, else its text. */
const EXACT: Reader = (text) => {
  const number = Number(text);
  const digits = text.replace(/^-?0*\.?0*|\D/g, '');
  return Number.isFinite(number) && digits.length <= 15 ? number : text;
};
const JSON_TEXT: Reader = (text) => JSON.parse(text) as unknown;
/** `2024-01-02 03:04:05.6` to `2024-01-02T03:04:05.6`. */
const TIMESTAMP: Reader = (text) => text.replace(' ', 'T');
/** With the offset as ISO 8601 wants it: `Z`, or hours and minutes. */
const TIMESTAMP_WITH_ZONE: Reader = (text) =>
  text
    .replace(' ', 'T')
    .replace(/\+00$/, 'Z')
    .replace(/([+-]\d\d)$/, '$1:00');
const BYTES: Reader = (text) => Buffer.from(text.slice(2), 'hex').toString('base64');

/** By the numbers that PostgreSQL has for its built-in types; of all others the text is kept. */
const READERS: ReadonlyMap<number, Reader> = new Map([
  [16, (text: string): unknown => text === 't'],
  [17, BYTES],
  ...[21, 23, 26, 700, 701].map((type): [number, Reader] => [type, NUMBER]),
  ...[20, 1700].map((type): [number, Reader] => [type, EXACT]),
  ...[114, 3802].map((type): [number, Reader] => [type, JSON_TEXT]),
  [1114, TIMESTAMP],
  [1184, TIMESTAMP_WITH_ZONE],
  // Arrays, by the type of their elements.
  ...(
    [
      [1000, 16], [1001, 17], [1005, 21], [1007, 23], [1016, 20], [1021, 700], [1022, 701], [1231, 1700], [199, 114],
      [3807, 3802], [1115, 1114], [1185, 1184], [1009, 25], [1015, 25], [1014, 25], [2951, 25], [1182, 25], [1183, 25],
      [1187, 25], [1003, 25],
    ] as const
  ).map(([type, element]): [number, Reader] => [type, (text) => arrayOf(text, element)]),
]); // prettier-ignore

/** The value of a column, from its text. */
export const jsonOf = (text: string | null, type: number): unknown =>
  text === null ? null : (READERS.get(type)?.(text) ?? text);

/** `{1,NULL,"a, b",{2}}` as a list. */
function arrayOf(text: string, element: number): unknown {
  const tokens = text.replace(/^\[[^=]*=/, '').match(/"(?:[^"\\]|\\.)*"|[{},]|[^{},"]+/g) ?? [];
  const stack: unknown[][] = [[]];
  for (const token of tokens)
    if (token === '{') stack.push([]);
    else if (token === '}') {
      const list = stack.pop();
      stack.at(-1)?.push(list);
    } else if (token !== ',') stack.at(-1)?.push(elementOf(token, element));
  return stack[0]?.[0] ?? [];
}

function elementOf(token: string, type: number): unknown {
  if (token === 'NULL') return null;
  return jsonOf(token.startsWith('"') ? token.slice(1, -1).replaceAll(/\\(.)/g, '$1') : token, type);
}

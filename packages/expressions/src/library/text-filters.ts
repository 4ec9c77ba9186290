import type { Budget } from '../budget.ts';
import { valueError } from '../expression-error.ts';
import { isList, isMap, mapOf, type Value } from '../json.ts';
import { joinedText } from '../values/print.ts';
import { mapFrom, oneOf, optionalBoolean, optionalText, optionalWhole, textFrom, wholeFrom } from './arguments.ts';
import { optional, required, type FilterDeclaration, type Filters } from './declaration.ts';
import { formatted } from './java-format.ts';
import { pattern } from './regular-expression.ts';

const ELLIPSIS = '...';

/** Filters that turn one text into another. */
export const TEXT_FILTERS: Filters = {
  abbreviate: {
    description: 'Shortens a text to a length, three dots included.',
    params: [required('length', 'Most characters of the result.')],
    example: { template: "{{ 'A long sentence.' | abbreviate(9) }}", result: 'A long...' },
    apply(input, [length]) {
      const text = textFrom(input, 'Filter "abbreviate"');
      const most = wholeFrom(length, 'Filter "abbreviate"');
      if (most < 0) throw valueError('Filter "abbreviate" needs a length of 0 or more');
      if (text.length < most || text.length <= ELLIPSIS.length) return text;
      return most <= ELLIPSIS.length ? text.slice(0, most) : text.slice(0, most - ELLIPSIS.length) + ELLIPSIS;
    },
  },
  capitalize: {
    description: 'Makes the first letter a capital; the others stay.',
    params: [],
    example: { template: "{{ 'this one' | capitalize }}", result: 'This one' },
    apply: (input) => textFrom(input, 'Filter "capitalize"').replace(/\S/u, (letter) => letter.toUpperCase()),
  },
  title: {
    description: 'Makes the first letter of each word a capital; the others stay.',
    params: [],
    example: { template: "{{ 'two words' | title }}", result: 'Two Words' },
    apply: (input) =>
      textFrom(input, 'Filter "title"').replace(
        /(^|\s)(\S)/gu,
        (_, space: string, letter: string) => space + letter.toUpperCase(),
      ),
  },
  lower: {
    description: 'All letters small.',
    params: [],
    example: { template: "{{ 'ABC' | lower }}", result: 'abc' },
    apply: (input, _, { budget }) => joinedText(input, budget).toLowerCase(),
  },
  upper: {
    description: 'All letters capital.',
    params: [],
    example: { template: "{{ 'abc' | upper }}", result: 'ABC' },
    apply: (input, _, { budget }) => joinedText(input, budget).toUpperCase(),
  },
  trim: {
    description: 'Removes spaces, tabs and line ends from both ends.',
    params: [],
    example: { template: "[{{ '  a  ' | trim }}]", result: '[a]' },
    // eslint-disable-next-line no-control-regex -- all control characters count as space, as in Java
    apply: (input) => textFrom(input, 'Filter "trim"').replace(/^[\u0000-\u0020]+|[\u0000-\u0020]+$/g, ''),
  },
  nl2br: {
    description: 'Puts `<br />` in place of line ends.',
    params: [],
    example: { template: '{{ text | nl2br }}', vars: { text: 'a\nb' }, result: 'a<br />b' },
    apply: (input) => textFrom(input, 'Filter "nl2br"').replace(/\r\n|\n/g, '<br />'),
  },
  string: {
    description: 'The value as text.',
    params: [],
    example: { template: '{{ 12 | string | className }}', result: 'java.lang.String' },
    apply: (input, _, { budget }) => joinedText(input, budget),
  },
  format: {
    description: 'Fills `%s`, `%d`, `%05.2f` and the like with the arguments, as `String.format` does in Java.',
    params: [],
    variadic: true,
    example: { template: "{{ '%s-%03d' | format('run', 7) }}", result: 'run-007' },
    apply: (input, args, { budget }) => formatted(joinedText(input, budget), args, budget),
  },
  replace: {
    description: 'Replaces texts by others, one pair after the other; in lists and maps, in every text of them.',
    params: [
      required('replace_pairs', 'A map: what to find, what to put there.'),
      optional('regexp', 'Whether what to find is a regular expression; `$1` then stands for a group.'),
    ],
    note: 'Regular expressions run in linear time: look-around and back-references are refused.',
    example: { template: "{{ 'john doe' | replace({'john': 'jane'}) }}", result: 'jane doe' },
    apply(input, [pairs, regexp], { budget }) {
      const map = mapFrom(pairs, 'Argument "replace_pairs" of filter "replace"');
      const byPattern = optionalBoolean(regexp, 'Argument "regexp" of filter "replace"', false);
      const replacements = Object.entries(map).map(([find, put]) => [find, replacementText(put, budget)] as const);
      return inTexts(input, budget, (text) =>
        replacements.reduce(
          (result, [find, put]) =>
            byPattern ? pattern(find, budget).replaceAll(result, put, budget) : replaceText(result, find, put, budget),
          text,
        ),
      );
    },
  },
  escapeChar: {
    description:
      'Puts a backslash before quotes, or escapes single quotes for a shell; in lists and maps, in every text of them.',
    params: [required('type', '`single`, `double` or `shell`.')],
    example: { template: `{{ "it's" | escapeChar('single') }}`, result: "it\\'s" },
    apply(input, [type], { budget }) {
      const kind = oneOf(type, 'Argument "type" of filter "escapeChar"', ['single', 'double', 'shell']);
      const [quote, escaped] = ESCAPES[kind];
      return inTexts(input, budget, (text) => replaceText(text, quote, escaped, budget));
    },
  },
  slugify: {
    description: 'Small letters, digits and dashes only: for names in addresses.',
    params: [],
    example: { template: "{{ 'Hello World!' | slugify }}", result: 'hello-world' },
    apply: (input, _, { budget }) =>
      joinedText(input, budget)
        .normalize('NFD')
        .replace(/[\s_]+/g, '-')
        .replace(/[^A-Za-z0-9-]/g, '')
        .replace(/-{2,}/g, '-')
        .replace(/^-|-$/g, '')
        .toLowerCase(),
  },
  startsWith: {
    description: 'Whether a text starts with another; false for null.',
    params: [required('value', 'The start.')],
    takesNull: true,
    example: { template: "{{ 'kestra:///a.csv' | startsWith('kestra://') }}", result: 'true' },
    apply: (input, [value], { budget }) =>
      input !== null && joinedText(input, budget).startsWith(partText(value, 'startsWith', budget)),
  },
  endsWith: {
    description: 'Whether a text ends with another; false for null.',
    params: [required('value', 'The end.')],
    takesNull: true,
    example: { template: "{{ 'a.csv' | endsWith('.csv') }}", result: 'true' },
    apply: (input, [value], { budget }) =>
      input !== null && joinedText(input, budget).endsWith(partText(value, 'endsWith', budget)),
  },
  split: {
    description: 'Cuts a text at every match of a regular expression.',
    params: [
      required('delimiter', 'Where to cut: a regular expression.'),
      optional('limit', 'Most parts; 0 drops empty parts at the end, a negative one keeps them.'),
    ],
    example: { template: "{{ 'a,b,c' | split(',', 2) }}", result: '["a","b,c"]' },
    apply(input, [delimiter, limit], { budget }) {
      const parts = pattern(textFrom(delimiter, 'Argument "delimiter" of filter "split"'), budget).split(
        textFrom(input, 'Filter "split"'),
        optionalWhole(limit, 'Argument "limit" of filter "split"', 0),
        budget,
      );
      budget.collect(parts.length);
      return parts;
    },
  },
  substringBefore: substring('before the first', 'a', (text, _, at) => (at === -1 ? text : text.slice(0, at)), 'first'),
  substringBeforeLast: substring(
    'before the last',
    'a.b',
    (text, part, at) => (at === -1 || part === '' ? text : text.slice(0, at)),
    'last',
  ),
  substringAfter: substring(
    'after the first',
    'b.c',
    (text, part, at) => (at === -1 ? '' : text.slice(at + part.length)),
    'first',
  ),
  substringAfterLast: substring(
    'after the last',
    'c',
    (text, part, at) => (at === -1 || part === '' ? '' : text.slice(at + part.length)),
    'last',
  ),
  indent: {
    description: 'Indents every line but the first: for text inside YAML.',
    params: indentParams(),
    example: { template: '{{ text | indent(2) }}', vars: { text: 'a\nb' }, result: 'a\n  b' },
    apply: (input, args, { budget }) => indented(joinedText(input, budget), args, 'indent', budget),
  },
  nindent: {
    description: 'Starts a new line, and indents every line.',
    params: indentParams(),
    example: { template: 'key:{{ text | nindent(2) }}', vars: { text: 'a\nb' }, result: 'key:\n  a\n  b' },
    apply(input, args, { budget }) {
      const text = joinedText(input, budget);
      return text === '' ? '' : indented(lineEndOf(text) + text, args, 'nindent', budget);
    },
  },
};

const ESCAPES = { single: ["'", "\\'"], double: ['"', '\\"'], shell: ["'", "'\\''"] } as const;

function indentParams(): FilterDeclaration['params'] {
  return [
    required('amount', 'How often the prefix stands before a line.'),
    optional('prefix', 'A space when left out.'),
  ];
}

function substring(
  where: string,
  result: string,
  cut: (text: string, part: string, at: number) => string,
  which: 'first' | 'last',
): FilterDeclaration {
  const name = `substring${where.startsWith('before') ? 'Before' : 'After'}${which === 'last' ? 'Last' : ''}`;
  return {
    description: `What stands ${where} separator.`,
    params: [required('separator', 'The text to look for.')],
    example: { template: `{{ 'a.b.c' | ${name}('.') }}`, result },
    apply(input, [separator], { budget }) {
      const text = joinedText(input, budget);
      if (separator === null || separator === undefined) return where.startsWith('before') ? text : '';
      const part = joinedText(separator, budget);
      return cut(text, part, which === 'first' ? text.indexOf(part) : text.lastIndexOf(part));
    },
  };
}

/** Applies a change to every text in a value; numbers in it become texts. */
function inTexts(value: Value, budget: Budget, change: (text: string) => string): Value {
  budget.step(4);
  if (isList(value)) return value.map((item) => inTexts(item, budget, change));
  if (isMap(value)) return mapOf(Object.entries(value).map(([key, item]) => [key, inTexts(item, budget, change)]));
  return value === null ? null : change(joinedText(value, budget));
}

/** Replaces a text everywhere, and charges for the result before it is made. */
function replaceText(text: string, find: string, put: string, budget: Budget): string {
  if (find !== '' && !text.includes(find)) return text;
  const count = find === '' ? text.length + 1 : occurrences(text, find);
  budget.grow(text.length + count * (put.length - find.length));
  return text.replaceAll(find, () => put);
}

function occurrences(text: string, part: string): number {
  let count = 0;
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) count++;
  return count;
}

function replacementText(put: Value, budget: Budget): string {
  if (put === null)
    throw valueError('Filter "replace" cannot put null in place of a text', { hint: "Use '' to remove it." });
  return joinedText(put, budget);
}

function partText(value: Value | undefined, filter: string, budget: Budget): string {
  if (value === null || value === undefined)
    throw valueError(`Filter "${filter}" needs the argument "value", found null`);
  return joinedText(value, budget);
}

/** The line end a text uses. */
function lineEndOf(text: string): string {
  if (text.includes('\r\n')) return '\r\n';
  return text.includes('\r') && !text.includes('\n') ? '\r' : '\n';
}

function indented(
  text: string,
  [amount, prefix]: readonly (Value | undefined)[],
  filter: string,
  budget: Budget,
): string {
  const count = wholeFrom(amount, `Argument "amount" of filter "${filter}"`);
  if (count < 0) throw valueError(`Argument "amount" of filter "${filter}" must be 0 or more`);
  const end = lineEndOf(text);
  const unit = optionalText(prefix, `Argument "prefix" of filter "${filter}"`, ' ');
  const lines = text.split(end);
  budget.grow(text.length + lines.length * count * unit.length);
  return lines.join(end + unit.repeat(count));
}

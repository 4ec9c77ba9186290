import fc from 'fast-check';
import { STANDARD_LIBRARY } from '../library/standard.ts';
import type { Vars } from '../json.ts';

/** Variables that the templates below ask for, and some they do not find. */
export const SAMPLE_VARS: Vars = {
  n: 7,
  d: 2.5,
  s: 'text, and {more}',
  t: '2024-02-29T23:05:09Z',
  yes: true,
  none: null,
  xs: [3, 1, 2],
  words: ['b', 'a', null],
  m: { a: 1, b: { c: 'deep' }, size: 9, __proto__x: 1 },
  template: '{{ n }} and {{ m.b.c }}',
};

const names = fc.constantFrom(...Object.keys(SAMPLE_VARS), 'missing', 'loop');
const attributes = fc.constantFrom('a', 'b', 'c', 'size', 'length', 'missing', 'constructor', '__proto__');
const filters = Object.entries(STANDARD_LIBRARY.filters ?? {}).map(([name, { params }]) => ({ name, params }));
const binary = fc.constantFrom(
  '+',
  '-',
  '*',
  '/',
  '%',
  '~',
  '==',
  '!=',
  '<',
  '>=',
  'and',
  'or',
  '??',
  '???',
  'contains',
  'isIn',
  '..',
);

/** Expressions that parse; what they give may well be an error. */
const { expression } = fc.letrec<{ expression: string; leaf: string; deep: string }>((tie) => ({
  expression: fc.oneof({ maxDepth: 4, depthSize: 'small' }, tie('leaf'), tie('deep')),
  leaf: fc.oneof(
    names,
    fc.integer({ min: 0, max: 300 }).map(String),
    fc.constantFrom(
      '1.5',
      'true',
      'null',
      "'a'",
      "'a,b'",
      '"x#{n}y"',
      '[]',
      '{}',
      "'2024-01-31'",
      "'yyyy-MM-dd'",
      "'%s'",
      "'.[]?'",
    ),
  ),
  deep: fc.oneof(
    fc
      .tuple(tie('expression'), binary, tie('expression'))
      .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    fc.tuple(tie('expression'), attributes).map(([target, name]) => `(${target}).${name}`),
    fc.tuple(tie('expression'), tie('expression')).map(([target, key]) => `(${target})[${key}]`),
    fc
      .tuple(tie('expression'), tie('expression'), tie('expression'))
      .map(([test, yes, no]) => `(${test} ? ${yes} : ${no})`),
    fc
      .tuple(tie('expression'), fc.constantFrom('defined', 'empty', 'null', 'odd', 'map'))
      .map(([value, test]) => `(${value} is ${test})`),
    fc.array(tie('expression'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
    fc
      .array(tie('expression'), { maxLength: 2 })
      .map((items) => `{${items.map((item, index) => `'k${index}': ${item}`).join(', ')}}`),
    tie('expression').map((value) => `(not ${value})`),
    fc
      .tuple(tie('expression'), fc.constantFrom(...filters), tie('expression'), tie('expression'))
      .map(([input, { name, params }, ...args]) => {
        const given = args.slice(0, Math.min(params.length, params.filter(({ optional }) => !optional).length + 1));
        return `(${input} | ${name}${given.length > 0 ? `(${given.join(', ')})` : ''})`;
      }),
    tie('expression').map((text) => `render(${text})`),
    fc.tuple(tie('expression'), tie('expression')).map(([left, right]) => `max(${left}, ${right})`),
  ),
}));

const { template } = fc.letrec<{ template: string; part: string }>((tie) => ({
  template: fc.array(tie('part'), { maxLength: 3 }).map((parts) => parts.join('')),
  part: fc.oneof(
    { maxDepth: 2, depthSize: 'small' },
    expression.map((value) => `{{ ${value} }}`),
    fc.constantFrom('text ', '{# comment #}', '{% raw %}{{ x }}{% endraw %}', ' \n'),
    fc.tuple(expression, tie('template')).map(([test, body]) => `{% if ${test} %}${body}{% else %}-{% endif %}`),
    fc
      .tuple(expression, tie('template'))
      .map(([list, body]) => `{% for x in ${list} %}${body}{{ loop.index }}{% endfor %}`),
    fc.tuple(expression, tie('template')).map(([value, body]) => `{% set n = ${value} %}${body}`),
    fc.tuple(tie('template')).map(([body]) => `{% filter upper %}${body}{% endfilter %}`),
    fc.tuple(tie('template')).map(([body]) => `{% capture q %}${body}{% endcapture %}{{ q }}`),
  ),
}));

/** Whole templates that parse. */
export const anyTemplate = fc
  .tuple(template, fc.option(expression))
  .map(([text, value]) =>
    value === null ? text : `${text}{% macro m(n, x='d') %}{{ n }}{{ x }}{% endmacro %}{{ m(${value}) }}`,
  );

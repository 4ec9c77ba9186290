import { LANGUAGE } from '@tutti/expressions';
import { code, generatedFrom, table } from './markdown.ts';

type Example = (typeof LANGUAGE.quirks)[number]['example'];
type Operator = (typeof LANGUAGE.operators)[string];
type Declaration = (typeof LANGUAGE.filters)[string];

/** Operators, tests, tags, filters and functions of `{{ … }}`, each with an example that the tests run. */
export function expressionsPage(): string {
  const { operators, unaryOperators, tests, tags, filters, functions, datePresets, quirks } = LANGUAGE;
  return `${[
    generatedFrom('the declarations in packages/expressions'),
    '# Expressions',
    INTRODUCTION,
    '## Operators',
    'From the loosest to the tightest; all group to the left. A ternary, `condition ? yes : no`, is looser than all of them.',
    operatorTable(operators, unaryOperators),
    '## Tests',
    'After `is` or `is not`.',
    ...declarations(tests, (name) => `is ${name}`),
    '## Tags',
    ...Object.entries(tags).flatMap(([name, { description, example }]) => [
      `### ${code(name)}`,
      description,
      exampleOf(example),
    ]),
    '## Filters',
    'After `|`. Arguments stand in parentheses, by position or name. Null passes through most of them as null.',
    ...declarations(filters, (name) => name),
    '## Functions',
    ...declarations(functions, (name) => `${name}()`),
    '## Formats of dates',
    `A pattern of Java's \`DateTimeFormatter\` (\`yyyy-MM-dd HH:mm:ss\`, \`EEE d MMM\`, …), or one of ${datePresets.map(code).join(', ')}.`,
    '## What may surprise',
    ...quirks.flatMap(({ what, ours, example }) => [`- **${what}** ${ours}`, exampleOf(example, '  ')]),
  ].join('\n\n')}\n`;
}

const INTRODUCTION = `Templates are Liquid: text, \`{{ … }}\`, \`{% … %}\`, and \`{# … #}\` for comments. What stands inside the braces is the
dialect that Kestra's flows are written in. A dash trims the space on its side: \`{{- x -}}\`; on the left with a space behind it.

A variable or attribute that is not there is an error. \`x ?? 'default'\` gives another value instead, \`x is defined\` asks.
A condition may be a boolean, a number (0 is false) or a text (empty is false); null, a list or a map is an error.

Liquid's own filters and tags stand beside these: \`x | date: '%Y-%m'\` is Liquid's filter, \`x | date('yyyy-MM')\` ours. Where the
names differ either form takes either filter. Tags that read files (\`include\`, \`render\`, \`layout\`) are not there.`;

function operatorTable(
  binary: Readonly<Record<string, Operator>>,
  unary: Readonly<Record<string, Omit<Operator, 'precedence'>>>,
): string {
  const row = (name: string, { description, example, result }: Omit<Operator, 'precedence'>): string[] => [
    code(name),
    description,
    code(example),
    code(result),
  ];
  const rows = Object.entries(binary)
    .sort(([, left], [, right]) => left.precedence - right.precedence)
    .map(([name, operator]) => row(name, operator));
  return table(
    ['operator', 'meaning', 'example', 'gives'],
    [...rows, ...Object.entries(unary).map(([name, operator]) => row(`${name} x`, operator))],
  );
}

function declarations(
  all: Readonly<Record<string, Pick<Declaration, 'description' | 'params' | 'variadic' | 'note' | 'example'>>>,
  title: (name: string) => string,
): string[] {
  return Object.entries(all)
    .sort(([left], [right]) => left.localeCompare(right, 'en'))
    .flatMap(([name, { description, params, variadic, note, example }]) => [
      `### ${code(title(name))}`,
      note === undefined ? description : `${description} ${note}`,
      ...(params.length === 0
        ? []
        : [
            params
              .map((param) => `- ${code(param.name)}${param.optional ? ' (optional)' : ''}: ${param.description}`)
              .join('\n'),
          ]),
      ...(variadic ? ['Takes any number of arguments.'] : []),
      exampleOf(example),
    ]);
}

function exampleOf({ template, vars, result }: Example, indent = ''): string {
  const given = vars === undefined ? [] : [`with   ${JSON.stringify(vars)}`];
  const lines = [
    '```',
    `render ${template}`,
    ...given,
    `gives  ${result.replaceAll('\n', '\n       ')}`.trimEnd(),
    '```',
  ];
  return lines.map((line) => indent + line.replaceAll('\n', `\n${indent}`)).join('\n');
}

import { readContract, type Enum, type Message } from './contract.ts';
import { code, generatedFrom, table } from './markdown.ts';

/** Every message on the bus with its fields. */
export function messagesPage(): string {
  const { messages } = readContract();
  const sections = [...messages]
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .flatMap((message) => section(message, 2));
  return `${[generatedFrom('proto/tutti/v1'), '# Messages', INTRODUCTION, ...sections].join('\n\n')}\n`;
}

const INTRODUCTION = `What travels on the [subjects](subjects.md), as JSON. Times are Unix ms. A field marked *optional* is left out when there
is nothing to say; an absent list is an empty one. Ignore names you do not know: more may come.`;

function section({ name, about, fields, enums, inner, subjects }: Message, level: number): string[] {
  return [
    `${'#'.repeat(level)} ${name}`,
    about,
    ...(subjects.length > 0 ? [`Published on ${subjects.map(code).join(', ')}.`] : []),
    table(
      ['field', 'type', 'meaning'],
      fields.map((field) => [
        code(field.name),
        typeLink(field.type) + (field.optional ? ', *optional*' : ''),
        field.about,
      ]),
    ),
    ...enums.flatMap((each) => enumSection(each, level + 1)),
    ...inner.flatMap((each) => section(each, level + 1)),
  ];
}

const enumSection = ({ name, about, values }: Enum, level: number): string[] => [
  `${'#'.repeat(level)} ${name}`,
  about,
  table(
    ['value', 'meaning'],
    values.map((value) => [code(value.name), value.about]),
  ),
];

const typeLink = (type: string): string =>
  type.replace(/[A-Z][\w.]*$/, (name) =>
    name === 'JSON' ? name : `[${name}](#${name.toLowerCase().replaceAll('.', '')})`,
  );

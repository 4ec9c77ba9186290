import { loadPlugins } from '@tutti/plugins';
import { optionsOf, type AnyTask, type AnyTrigger, type Shape, type z } from '@tutti/plugin-sdk';
import { code, generatedFrom, table } from './markdown.ts';
import { typeOf } from './schema-type.ts';

/** Every task and trigger type of the plugins that come with Tutti, from their declarations. */
export async function taskTypesPage(): Promise<string> {
  const plugins = await loadPlugins('');
  return `${[
    generatedFrom('the declarations in plugins'),
    '# Task and trigger types',
    INTRODUCTION,
    ...plugins.map(({ title, tasks, triggers }) => `- ${title}: ${[...tasks, ...triggers].map(linkTo).join(', ')}`),
    ...plugins.flatMap(({ title, tasks, triggers }) => [`## ${title}`, ...[...tasks, ...triggers].flatMap(section)]),
  ].join('\n\n')}\n`;
}

const INTRODUCTION = `What can stand in \`type\`. Each goes by its short name and by the names that Kestra's dialects give it. A property may be a
template unless it says otherwise; it is rendered first and then checked. Besides its own, every task has
\`id\`, \`type\`, \`description\`, \`runIf\`, \`retry\`, \`timeout\`, \`allowFailure\`, \`allowWarning\`, \`disabled\`, \`onWorkerLost\`, \`workerGroup\`, \`logLevel\`.`;

const linkTo = ({ type }: AnyTask | AnyTrigger): string => `[${type}](#${type.toLowerCase().replaceAll('.', '')})`;

function section(declaration: AnyTask | AnyTrigger): string[] {
  const { type, title, description, deprecated, aliases = [], properties, outputs, examples = [] } = declaration;
  const [example] = examples;
  return [
    `### ${type}`,
    `${title}${description === undefined ? '' : ` ${description}`}`,
    ...(deprecated === undefined ? [] : [`Deprecated: use ${code(deprecated)}.`]),
    ...(aliases.length === 0 ? [] : [`Also ${aliases.map(code).join(', ')}.`]),
    ...shapeTable('property', properties),
    ...shapeTable('output', outputs ?? {}),
    ...(example ? [`${example.title}:`, `\`\`\`yaml\n${example.flow}\`\`\``] : []),
  ];
}

function shapeTable(what: 'property' | 'output', shape: Shape): string[] {
  const rows = Object.entries(shape).map(([name, schema]) => [
    code(name),
    typeOf(schema),
    what === 'output' ? '' : presenceOf(schema),
    `${schema.description ?? ''}${optionsOf(schema).render === 'none' ? ' No template.' : ''}`,
  ]);
  if (rows.length === 0) return [];
  return what === 'property'
    ? [table(['property', 'type', 'default', 'meaning'], rows)]
    : [
        table(
          ['output', 'type', 'meaning'],
          rows.map(([name, type, , about]) => [name!, type!, about!]),
        ),
      ];
}

/** The default, or that the property must be given. */
function presenceOf(schema: z.ZodType): string {
  const { success, data } = schema.safeParse(undefined);
  if (!success) return '**required**';
  if (data === undefined) return '';
  return code(typeOf(schema) === 'duration' ? `PT${Number(data) / 1000}S` : JSON.stringify(data));
}

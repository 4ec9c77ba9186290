import { parseFlow } from '@tutti/flow-model';
import type { AnyTask, AnyTrigger, Plugin, Shape } from '../declare.ts';
import type { TaskCatalogue } from '../catalogue.ts';

/**
 * What is missing in the declarations of a plugin, as sentences; none when it may ship.
 * @param catalogue Of all plugins that the examples use.
 */
export function pluginFaults(plugin: Plugin, catalogue: TaskCatalogue): string[] {
  return [...plugin.tasks, ...plugin.triggers].flatMap((declaration) =>
    [
      ...wordingFaults(declaration),
      ...shapeFaults('property', declaration.properties),
      ...shapeFaults('output', declaration.outputs ?? {}),
      ...exampleFaults(declaration, catalogue),
    ].map((fault) => `${declaration.type}: ${fault}`),
  );
}

function wordingFaults({ type, title, aliases = [] }: AnyTask | AnyTrigger): string[] {
  return [
    ...(/^[a-z][a-z0-9]*(\.[a-z][a-zA-Z0-9]*)*\.[A-Z][A-Za-z0-9]*$/.test(type)
      ? []
      : ['the type name has another form']),
    ...(/^[A-Z].*\.$/s.test(title) ? [] : ['the title is no sentence']),
    ...(new Set(aliases).size === aliases.length ? [] : ['an alias stands twice']),
  ];
}

function shapeFaults(kind: string, shape: Shape): string[] {
  return Object.entries(shape).flatMap(([name, schema]) =>
    (schema.description ?? '').endsWith('.') ? [] : [`the ${kind} "${name}" has no description that is a sentence`],
  );
}

function exampleFaults({ type, examples = [] }: AnyTask | AnyTrigger, catalogue: TaskCatalogue): string[] {
  if (examples.length === 0) return ['it has no example'];
  return examples.flatMap(({ title, flow }) => {
    if (!flow.includes(`type: ${type}\n`)) return [`the example "${title}" does not use it`];
    const { findings } = parseFlow(flow, catalogue);
    return findings
      .filter(({ severity }) => severity === 'ERROR')
      .map(({ message, path }) => `the example "${title}" is faulty at ${path}: ${message}`);
  });
}

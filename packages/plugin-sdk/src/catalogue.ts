import { z } from 'zod';
import type { Catalogue, PropertyInfo, TaskTypeInfo, TypeInfo } from '@tutti/flow-model';
import type { AnyTask, AnyTrigger, Plugin, Shape } from './declare.ts';
import { jsonSchemaOf } from './json-schema.ts';
import { faultsAsWritten, parseProperties, schemaOf } from './parse-properties.ts';
import { optionsOf } from './schema.ts';

/** A catalogue that also hands out the declarations, for whoever runs them. */
export interface TaskCatalogue extends Catalogue {
  declaration(type: string): AnyTask | undefined;
  triggerDeclaration(type: string): AnyTrigger | undefined;
}

/**
 * Builds the catalogue of the installed plugins.
 * @throws {Error} when two declarations claim the same name.
 */
export function createCatalogue(plugins: readonly Plugin[]): TaskCatalogue {
  const tasks = byName(plugins.flatMap((plugin) => plugin.tasks));
  const triggers = byName(plugins.flatMap((plugin) => plugin.triggers));
  const taskInfos = lazily(tasks, taskInfo);
  const triggerInfos = lazily(triggers, typeInfo);
  return {
    task: taskInfos,
    trigger: triggerInfos,
    taskTypes: () => [...tasks.keys()],
    triggerTypes: () => [...triggers.keys()],
    declaration: (type) => tasks.get(type),
    triggerDeclaration: (type) => triggers.get(type),
  };
}

function byName<Declaration extends AnyTask | AnyTrigger>(
  declarations: readonly Declaration[],
): Map<string, Declaration> {
  const found = new Map<string, Declaration>();
  for (const declaration of declarations)
    for (const name of [declaration.type, ...(declaration.aliases ?? [])]) {
      if (found.has(name)) throw new Error(`Two declarations claim the type name "${name}".`);
      found.set(name, declaration);
    }
  return found;
}

/** Infos are made when first asked for: a process that runs one task type does not pay for two hundred schemas. */
function lazily<Declaration extends object, Info>(
  declarations: ReadonlyMap<string, Declaration>,
  make: (of: Declaration) => Info,
) {
  const made = new Map<Declaration, Info>();
  return (name: string): Info | undefined => {
    const declaration = declarations.get(name);
    if (!declaration) return undefined;
    const info = made.get(declaration) ?? make(declaration);
    made.set(declaration, info);
    return info;
  };
}

function taskInfo(declaration: AnyTask): TaskTypeInfo {
  const info = { ...typeInfo(declaration), kind: declaration.kind };
  if ('control' in declaration) return { ...info, control: declaration.control };
  if (!('evaluate' in declaration)) return info;
  return {
    ...info,
    evaluate: (properties, context) => declaration.evaluate(parseProperties(declaration, properties), context),
  };
}

function typeInfo(declaration: AnyTask | AnyTrigger): TypeInfo {
  const { properties } = declaration;
  return {
    type: declaration.type,
    aliases: declaration.aliases ?? [],
    title: declaration.title,
    ...(declaration.description !== undefined && { description: declaration.description }),
    ...(declaration.deprecated !== undefined && { deprecated: declaration.deprecated }),
    ...('trigger' in declaration && declaration.trigger === 'poll' && { inert: true }),
    ...(declaration.outputs && { outputs: Object.keys(declaration.outputs) }),
    properties: propertyInfos(properties),
    check: (values) => faultsAsWritten(properties, values),
    schema: () => jsonSchemaOf(schemaOf(properties)),
  };
}

function propertyInfos(shape: Shape): Record<string, PropertyInfo> {
  return Object.fromEntries(
    Object.entries(shape).map(([name, schema]) => {
      const { render = 'text', aliases, children, inert } = optionsOf(schema);
      return [
        name,
        {
          required: !z.safeParse(schema, undefined).success,
          render,
          ...(children && { children }),
          ...(inert && { inert }),
          ...(aliases && { aliases }),
          description: schema.description ?? '',
          get schema() {
            return jsonSchemaOf(schema);
          },
        },
      ];
    }),
  );
}

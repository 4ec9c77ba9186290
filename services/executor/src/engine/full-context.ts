import type { JsonMap } from '@tutti/contracts';
import type { Expressions, Json, Vars } from '@tutti/expressions';
import { fetchStoredValues, type Storage } from '@tutti/storage';
import { contextOf, storedTasksIn, type Execution, type TaskRun } from '../core/index.ts';

/** What the variables of a template are made of, besides the execution. */
export interface ContextSources {
  readonly expressions: Expressions;
  readonly storage: Storage;
  /** Variables of the installation. */
  readonly extras: JsonMap;
}

/** The variables of some templates, with the outputs they may read that lie in storage fetched from there. */
export async function fullContext(
  { expressions, storage, extras }: ContextSources,
  execution: Execution,
  taskRun: TaskRun | undefined,
  templates: readonly string[],
): Promise<Vars> {
  const variables = contextOf(execution, taskRun, extras) as Vars;
  const read = new Set(templates.flatMap((one) => storedTasksIn(execution, expressions.references(one))));
  if (read.size === 0) return variables;
  const outputs: Record<string, Json> = { ...(variables['outputs'] as Record<string, Json>) };
  for (const id of read) outputs[id] = await fetchStoredValues(outputs[id]!, storage);
  return { ...variables, outputs };
}

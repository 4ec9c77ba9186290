import { createHash } from 'node:crypto';
import { s } from '@tutti/plugin-sdk';
import type { Json, RunContext } from '@tutti/plugin-sdk';

/** Which state it is about. */
export const stateProperties = {
  name: s.nonEmpty().default('default').describe('Name of the state.'),
  namespace: s.boolean().default(false).describe('Whether all flows of the namespace share it.'),
  taskrunValue: s.boolean().default(true).describe('Whether every iteration of a loop has one of its own.'),
} as const;

/** Where a state lies. */
export interface StatePlace {
  readonly name: string;
  readonly namespace: boolean;
  readonly taskrunValue: boolean;
}

type Owner = Pick<RunContext, 'execution' | 'taskRun'>;

/**
 * Key under which a state lies in the key-value store of the namespace. Its parts may hold any characters, so a part
 * that is no plain word is replaced by its hash; the dots between them are in none of them.
 */
export function stateKeyOf({ execution, taskRun }: Owner, { name, namespace, taskrunValue }: StatePlace): string {
  const value = taskrunValue ? taskRun.value : undefined;
  const parts = [...(namespace ? [] : [execution.flowId]), name, ...(value === undefined ? [] : [value])];
  return [namespace ? 'namespace-state' : 'flow-state', ...parts.map(word)].join('.');
}

/** The state as it was last set; `undefined` when it never was. */
export async function readState(context: RunContext, key: string): Promise<Record<string, Json> | undefined> {
  const value = (await context.keyValues.get(key))?.value;
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, Json>)
    : undefined;
}

const word = (text: string): string =>
  /^[A-Za-z0-9_-]{1,64}$/.test(text) ? text : createHash('sha256').update(text).digest('hex').slice(0, 32);

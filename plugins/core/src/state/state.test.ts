import type { JsonMap, RunContext } from '@tutti/plugin-sdk';
import { removeTestFolders, runTask } from '@tutti/plugin-sdk/testing';
import { afterAll, expect, it } from 'vitest';
import { stateDelete } from './delete.ts';
import { stateGet } from './get.ts';
import { stateSet } from './set.ts';
import { stateKeyOf } from './state.ts';

afterAll(removeTestFolders);

const OWN = { name: 'default', namespace: false, taskrunValue: true };
const at = (value?: string, flowId = 'f'): Pick<RunContext, 'execution' | 'taskRun'> => ({
  execution: { id: 'e1', namespace: 'n', flowId, flowRevision: 1 },
  taskRun: { id: 'e1-1', taskId: 't', attempt: 1, attemptId: 'e1-1-1', ...(value !== undefined && { value }) },
});

/** Runs tasks one after another over the same keys; the outputs of each. */
async function inTurn(...steps: readonly (readonly [unknown, JsonMap])[]): Promise<unknown[]> {
  const context: Partial<RunContext> = {};
  const outputs: unknown[] = [];
  for (const [task, properties] of steps) {
    const prepare = async ({ keyValues }: RunContext): Promise<void> => {
      if (!context.keyValues) Object.assign(context, { keyValues });
    };
    outputs.push((await runTask(task, properties, { context, prepare })).outputs);
  }
  return outputs;
}

it('is kept, added to, read and deleted', async () => {
  const [, second, read, deleted, gone] = await inTurn(
    [stateSet, { data: { a: 1, b: 1 } }],
    [stateSet, { data: { b: 2 } }],
    [stateGet, {}],
    [stateDelete, {}],
    [stateGet, {}],
  );
  expect(second).toEqual({ count: 2, key: 'flow-state.test.default' });
  expect(read).toEqual({ count: 2, data: { a: 1, b: 2 } });
  expect(deleted).toEqual({ deleted: true });
  expect(gone).toEqual({ count: 0, data: {} });
});

it.each([stateGet, stateDelete])('may be missing, or must not', async (task) => {
  await expect(runTask(task, {})).resolves.toBeDefined();
  await expect(runTask(task, { errorOnMissing: true })).rejects.toMatchObject({ code: 'STATE_MISSING' });
});

it('belongs to a flow and an iteration unless it is shared', () => {
  expect(stateKeyOf(at('v'), OWN)).toBe('flow-state.f.default.v');
  expect(stateKeyOf(at('v'), { ...OWN, taskrunValue: false })).toBe('flow-state.f.default');
  expect(stateKeyOf(at('v'), { ...OWN, namespace: true })).toBe('namespace-state.default.v');
});

it('has a key of plain characters, another for every place', () => {
  const keys = ['a/b', 'a b', 'a.b', 'ä', ''].map((value) => stateKeyOf(at(value), OWN));
  expect(new Set(keys).size).toBe(keys.length);
  for (const key of keys) expect(key).toMatch(/^[\w.-]+$/);
});

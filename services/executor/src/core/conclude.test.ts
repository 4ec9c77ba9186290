import { expect, it } from 'vitest';
import { effect, planOf, World } from './testing.ts';

const outputs = [{ id: 'o', type: 'STRING', value: "{{ later('x') }}", required: true }] as const;

it('asks for the outputs of the flow once, even when a task leads the execution to its end', () => {
  const it = new World(planOf([effect('leave', { exit: 'SUCCESS' })], { outputs })).start();
  expect(it.commands).toMatchObject([{ type: 'Evaluate', id: 'e/evaluate/outputs' }]);
  it.send({ type: 'Evaluated', commandId: 'e/evaluate/outputs', values: { o: 'x' } });
  expect(it.history).toEqual(['CREATED', 'RUNNING', 'SUCCESS']);
  expect(it.execution.outputs).toEqual({ o: 'x' });
});

import { expect, it } from 'vitest';
import type { Input } from './messages.ts';
import { effect, planOf, say, World } from './testing.ts';

const outputs = [{ id: 'o', type: 'STRING', value: "{{ later('x') }}", required: true }] as const;

it('asks for the outputs of the flow once, even when a task leads the execution to its end', () => {
  const it = new World(planOf([effect('leave', { exit: 'SUCCESS' })], { outputs })).start();
  expect(it.commands).toMatchObject([{ type: 'Evaluate', id: 'e/evaluate/outputs' }]);
  it.send({ type: 'Evaluated', commandId: 'e/evaluate/outputs', values: { o: 'x' } });
  expect(it.history).toEqual(['CREATED', 'RUNNING', 'SUCCESS']);
  expect(it.execution.outputs).toEqual({ o: 'x' });
});

it.each<[string, Input]>([
  ['cannot be had', { type: 'EvaluationFailed', commandId: 'e/evaluate/outputs', message: 'no such key' }],
  ['are of another type', { type: 'Evaluated', commandId: 'e/evaluate/outputs', values: { n: 'many' } }],
])('fails, and says so in the log, when the outputs of the flow %s', (_why, answer) => {
  const declared = [{ id: 'n', type: 'INT', value: "{{ later('7') }}", required: true }] as const;
  const it = new World(planOf([say('a', 'x')], { outputs: declared })).start();
  expect(it.send(answer).logs).toMatchObject([{ level: 'ERROR', message: expect.stringMatching(/^The outputs of the flow failed: ./) }]); // prettier-ignore
  expect(it.history).toEqual(['CREATED', 'RUNNING', 'SUCCESS', 'FAILED']);
  expect(it.send(answer).events).toEqual([]);
});

it('hands outputs that are too long for a message to the shell, and no others', () => {
  const commandsFor = (length: number) => {
    const value = 'x'.repeat(length - JSON.stringify({ o: '' }).length);
    return new World(planOf([say('a', 'x')], { outputs: [{ id: 'o', type: 'STRING', value, required: true }] })).start().commands; // prettier-ignore
  };
  expect(commandsFor(32 * 1024)).toEqual([]);
  expect(commandsFor(32 * 1024 + 1)).toMatchObject([{ type: 'Evaluate', id: 'e/evaluate/outputs' }]);
});

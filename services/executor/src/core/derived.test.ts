import { expect, it } from 'vitest';
import { ifElse, planOf, run, say, World } from './testing.ts';

it.each([
  ['{{ outputs.big.rows }}', true],
  ['{{ outputs.small.rows }}', false],
  ['{{ outputs.big.rows }} {{ vars.text }}', true],
  ['{{ outputs | length }}', true],
  ['{{ outputs | length }} {{ vars.text }}', true],
  ['{{ vars.big }}', false],
  ['{{ taskrun | length }}', false],
  ['{{ render(vars.text) }}', true],
])('leaves %s to a runner, when an output of `big` lies in storage: %s', (condition, asks) => {
  const variables = { big: 'x', text: 'x' };
  const it = new World(planOf([run('big'), run('small'), ifElse('i', condition, [run('b')])], { variables })).start();
  it.end('big', 'SUCCESS', { count: 1, rows: { 'tutti:stored': 'kestra:///rows.json' } });
  const { commands } = it.end('small', 'SUCCESS', { rows: 1 });
  expect(commands[0]!.type === 'Evaluate').toBe(asks);
});

it('leaves nothing to a runner for the text of a template, where nothing lies in storage', () => {
  const it = new World(planOf([ifElse('i', '{{ render(vars.text) }}', [run('b')])], { variables: { text: 'x' } }));
  expect(it.start().commands[0]!.type).toBe('RunTask');
});

it('leaves no pure task to a runner because of outputs, where nothing lies in storage', () => {
  const it = new World(planOf([say('a', '{{ outputs | length }}')])).start();
  expect(it.commands).toEqual([]);
});

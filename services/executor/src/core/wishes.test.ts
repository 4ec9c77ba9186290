import { expect, it } from 'vitest';
import type { Input } from './messages.ts';
import { planOf, run, World } from './testing.ts';

it('begins once a slot is free', () => {
  const it = new World(planOf([run('a')]));
  it.send({ type: 'RefuseSlot', behavior: 'QUEUE' });
  expect(it.start().history).toEqual(['CREATED', 'QUEUED', 'RUNNING']);
});

it.each<[Input]>([
  [{ type: 'StartExecution' }],
  [{ type: 'RefuseSlot', behavior: 'QUEUE' }],
  [{ type: 'PauseExecution' }],
  [{ type: 'KillExecution', cascade: true }],
])('hears %j twice as once', (input) => {
  const sla = [{ id: 's', behavior: 'FAIL', labels: {}, type: 'MAX_DURATION', durationMs: 500 }] as const;
  const it = new World(planOf([run('a')], { sla }));
  if (input.type !== 'StartExecution' && input.type !== 'RefuseSlot') it.start().claim('a');
  it.send(input);
  expect(it.send(input)).toMatchObject({ events: [], commands: [], logs: [] });
});

it('says in the log why it does not begin', () => {
  const it = new World(planOf([run('a')]));
  const { logs } = it.send({ type: 'RefuseSlot', behavior: 'CANCEL' });
  expect(logs).toEqual([{ level: 'ERROR', message: 'Execution is CANCELLED due to concurrency limit exceeded' }]);
});

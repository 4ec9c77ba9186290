import { expect, it } from 'vitest';
import { planOf, run, World } from './testing.ts';

it('begins once a slot is free', () => {
  const it = new World(planOf([run('a')]));
  it.send({ type: 'RefuseSlot', behavior: 'QUEUE' });
  expect(it.start().history).toEqual(['CREATED', 'QUEUED', 'RUNNING']);
});

it('says in the log why it does not begin', () => {
  const it = new World(planOf([run('a')]));
  const { logs } = it.send({ type: 'RefuseSlot', behavior: 'CANCEL' });
  expect(logs).toEqual([{ level: 'ERROR', message: 'Execution is CANCELLED due to concurrency limit exceeded' }]);
});

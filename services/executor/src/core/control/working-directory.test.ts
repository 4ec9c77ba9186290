import { describe, expect, it } from 'vitest';
import type { Input } from '../messages.ts';
import { control, planOf, run, World } from '../testing.ts';

const directory = () => {
  const it = new World(planOf([control('workingDirectory', 'w', { tasks: [run('a'), run('b')], finally: [run('f')] })])).start(); // prettier-ignore
  it.claim('w');
  return it;
};
const child = (childTaskId: string, state: Extract<Input, { type: 'ChildMoved' }>['state']): Input => ({ type: 'ChildMoved', taskRunId: 'e-1', attempt: 1, childTaskId, state }); // prettier-ignore

describe('the report about a child of a WorkingDirectory', () => {
  it('shows that it runs, and no step back', () => {
    const it = directory();
    it.send(child('a', 'RUNNING'));
    expect(it.summary).toEqual(['w:RUNNING', 'a:RUNNING']);
    expect(it.send(child('a', 'CREATED')).events).toEqual([]);
  });

  it('comes to nothing for a task that it does not have', () => {
    expect(directory().send(child('f', 'RUNNING')).events).toEqual([]);
  });

  it('comes to nothing once the attempt has ended', () => {
    const it = directory();
    it.end('w');
    expect(it.summary).toEqual(['w:RUNNING', 'f:CREATED']);
    expect(it.send(child('a', 'RUNNING')).events).toEqual([]);
  });

  it('comes to nothing once it is to be stopped', () => {
    const it = directory();
    it.send({ type: 'KillExecution', cascade: true });
    expect(it.send(child('a', 'RUNNING')).events).toEqual([]);
    it.end('w', 'KILLED');
    expect(it.state).toBe('KILLED');
  });
});

it('ends after a kill even if its runner says that all went well', () => {
  const it = directory();
  it.send({ type: 'KillExecution', cascade: true });
  it.end('w', 'SUCCESS');
  expect(it.history).toEqual(['CREATED', 'RUNNING', 'KILLING', 'KILLED']);
});

it('is not reported on once it runs its own handlers', () => {
  const it = directory();
  it.end('w');
  expect(it.send({ type: 'AttemptEnded', taskRunId: 'e-1', attempt: 1, state: 'FAILED' }).events).toEqual([]);
  expect(it.send({ type: 'AttemptLost', taskRunId: 'e-1', attempt: 1 }).events).toEqual([]);
});

it('ends children that were not reported any more as it ended itself', () => {
  const it = directory();
  it.send(child('a', 'RUNNING'));
  it.end('w', 'FAILED');
  expect(it.summary).toEqual(['w:RUNNING', 'a:FAILED', 'f:CREATED']);
});

it('runs no handlers when its runner was killed', () => {
  const it = directory();
  it.end('w', 'KILLED');
  expect(it.summary).toEqual(['w:KILLED']);
});

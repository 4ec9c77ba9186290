import { runExample } from '@tutti/cli';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TuttiInstance } from './testing/tutti-instance.ts';

let instance: TuttiInstance;
beforeAll(async () => {
  instance = await TuttiInstance.start();
});
afterAll(() => instance.destroy());

const SAMPLE_TRIPS = 5_945;

it('runs the taxi example to its end and shows it, and again without loading a trip twice', async () => {
  expect(await run()).toContain('SUCCESS');
  expect(await trips('green')).toBe(SAMPLE_TRIPS);
  const again = await run();
  expect(again).toContain(`${SAMPLE_TRIPS} green trips`);
  expect(again).toMatch(/└─ ✔ purge_files +SUCCESS/);
  expect(await trips('green')).toBe(SAMPLE_TRIPS);
});

it('loads yellow trips of two months into one table', async () => {
  for (const month of ['01', '02']) {
    const execution = await instance.api.execute('tutti.examples', 'postgres_taxi', {
      taxi: 'yellow',
      year: '2019',
      month,
    });
    expect((await instance.api.untilEnded(execution.id)).state.current).toBe('SUCCESS');
  }
  expect(await trips('yellow')).toBe(10_000);
});

it('fails at the download of a month that is not there, and does nothing after it', async () => {
  const { id } = await instance.api.execute('tutti.examples', 'postgres_taxi', {
    taxi: 'green',
    year: '2019',
    month: '07',
  });
  expect((await instance.api.untilEnded(id)).state.current).toBe('FAILED');
  const { execution } = await instance.api.ask<{
    execution: { taskRuns: { nodes: { taskId: string; state: string }[] } };
  }>('query ($id: ID!) { execution(id: $id) { taskRuns { nodes { taskId state } } } }', { id });
  expect(execution.taskRuns.nodes).toEqual([
    { taskId: 'set_labels', state: 'SUCCESS' },
    { taskId: 'download', state: 'FAILED' },
  ]);
});

it('runs the getting-started example', async () => {
  const execution = await instance.api.execute('tutti.examples', 'getting_started', {}, '?wait=true');
  expect(execution.state.current).toBe('SUCCESS');
});

async function run(): Promise<string> {
  const lines: string[] = [];
  await runExample({ tutti: instance.tutti, print: (text) => lines.push(text), signal: new AbortController().signal });
  return lines.join('\n');
}

async function trips(taxi: string): Promise<number> {
  const url = instance.tutti.dataDatabase!.url;
  const [row] = await instance.query<{ count: string }>(`SELECT count(*) FROM ${taxi}_tripdata`, [], url);
  return Number(row!.count);
}

import type { Engine, FoundExecution, LoggedLine } from '@tutti/plugin-sdk';
import { removeTestFolders, runTask } from '@tutti/plugin-sdk/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { executionCount } from './execution/count.ts';
import { kill } from './execution/kill.ts';
import { purgeExecutions } from './execution/purge-executions.ts';
import { resume } from './execution/resume.ts';
import { sleep } from './flow/sleep.ts';
import { logFetch } from './log/fetch.ts';
import { purgeLogs } from './log/purge-logs.ts';
import { metricPublish } from './metric/publish.ts';
import { deleteFiles } from './namespace/delete-files.ts';
import { downloadFiles } from './namespace/download-files.ts';
import { uploadFiles } from './namespace/upload-files.ts';
import { toggle } from './trigger/toggle.ts';

afterAll(removeTestFolders);

/** An engine that notes what it is asked for. */
function notingEngine(lines: readonly LoggedLine[] = [], found: readonly FoundExecution[] = []) {
  const asked: unknown[] = [];
  const note =
    (what: string) =>
    (...values: unknown[]): Promise<void> => {
      asked.push([what, ...values]);
      return Promise.resolve();
    };
  const engine: Engine = {
    describe: () => Promise.reject(new Error('nobody asks')),
    resume: note('resume'),
    kill: note('kill'),
    setTriggerDisabled: note('setTriggerDisabled'),
    async *find(query) {
      asked.push(['find', query]);
      yield* found;
    },
    count(query) {
      asked.push(['count', query]);
      const { namespace = '', flowId = 'other' } = query;
      return Promise.resolve(flowId === 'idle' ? [] : [{ namespace, flowId, count: 2 }]);
    },
    purge(executionId, parts) {
      asked.push(['purge', executionId, parts]);
      return Promise.resolve({ executions: 1, logs: 2, metrics: 3 });
    },
    purgeLogs(query) {
      asked.push(['purgeLogs', query]);
      return Promise.resolve(7);
    },
    async *logs(query) {
      asked.push(['logs', query]);
      yield* lines;
    },
  };
  return { asked, engine };
}

describe('tasks that command others', () => {
  it.each([
    [resume, {}, ['resume', 'e1', {}]],
    [resume, { executionId: 'e2', inputs: { ok: true } }, ['resume', 'e2', { ok: true }]],
    [kill, { executionId: 'e2', propagateKill: 'false' }, ['kill', 'e2', { cascade: false }]],
    [
      toggle,
      { trigger: 't' },
      ['setTriggerDisabled', { namespace: 'company.team', flowId: 'test', triggerId: 't' }, true],
    ],
    [toggle, { trigger: 't', flowId: 'f', namespace: 'n', enabled: true }, ['setTriggerDisabled', { namespace: 'n', flowId: 'f', triggerId: 't' }, false]], // prettier-ignore
  ])('ask the engine', async (task, properties, expected) => {
    const { asked, engine } = notingEngine();
    await runTask(task, properties, { context: { engine } });
    expect(asked).toEqual([expected]);
  });
});

it('log.Fetch stores the lines it is given', async () => {
  const { asked, engine } = notingEngine([
    { atMs: 0, level: 'WARN', message: 'careful', taskId: 'a', taskRunId: 'e1-1', attempt: 2 },
  ]);
  const { outputs, read } = await runTask(logFetch, { tasksId: 'a', level: 'WARN' }, { context: { engine } });
  expect(asked).toEqual([['logs', { executionId: 'e1', minLevel: 'WARN', taskIds: ['a'] }]]);
  expect([outputs['size'], JSON.parse(await read(outputs['uri']))]).toEqual([
    1,
    {
      executionId: 'e1',
      taskId: 'a',
      taskRunId: 'e1-1',
      attemptNumber: 1,
      timestamp: '1970-01-01T00:00:00.000Z',
      level: 'WARN',
      message: 'careful',
    },
  ]);
});

describe('PurgeExecutions', () => {
  it('deletes the files and the execution of each that is found', async () => {
    const { asked, engine } = notingEngine([], [{ id: 'e1', namespace: 'company.team', flowId: 'test' }]);
    const properties = { endDate: '2024-01-01', states: ['SUCCESS'], namespace: 'company', purgeLog: false };
    const { outputs } = await runTask(purgeExecutions, properties, {
      prepare: async ({ storage }) => void (await storage.put('left.txt', 'x')),
      context: { engine },
    });
    expect(outputs).toEqual({ executionsCount: 1, logsCount: 2, storagesCount: 1, metricsCount: 3 });
    expect(asked).toEqual([
      ['find', { ended: true, beforeMs: Date.UTC(2024, 0), namespace: 'company', states: ['SUCCESS'] }],
      ['purge', 'e1', { execution: true, logs: false, metrics: true }],
    ]);
  });

  it('refuses what is no date', () =>
    expect(runTask(purgeExecutions, { endDate: 'yesterday' })).rejects.toThrow('"yesterday" is no date'));
});

it('PurgeLogs says how many lines it deleted', async () => {
  const { asked, engine } = notingEngine();
  const properties = { startDate: '1970-01-01T00:00:01Z', endDate: '1970-01-01T00:00:02Z', logLevels: ['DEBUG'] };
  const { outputs } = await runTask(purgeLogs, properties, { context: { engine } });
  expect(outputs).toEqual({ count: 7 });
  expect(asked).toEqual([['purgeLogs', { fromMs: 1_000, beforeMs: 2_000, levels: ['DEBUG'] }]]);
});

describe('Count', () => {
  const flows = [{ namespace: 'n', flowId: 'busy' }, { namespace: 'n', flowId: 'idle' }]; // prettier-ignore

  it.each([
    ['{{ count > 0 }}', [{ namespace: 'n', flowId: 'busy', count: 2 }], 2],
    ['{{ count == 0 }}', [{ namespace: 'n', flowId: 'idle', count: 0 }], 0],
  ])('keeps the flows for which %s holds', async (expression, results, total) => {
    const { engine } = notingEngine();
    const { outputs } = await runTask(executionCount, { flows, expression }, { context: { engine } });
    expect(outputs).toEqual({ results, total });
  });

  it('counts every flow of a namespace', async () => {
    const { asked, engine } = notingEngine();
    const properties = { namespaces: ['a.b'], states: ['FAILED'], expression: 'true' };
    const { outputs } = await runTask(executionCount, properties, { context: { engine } });
    expect(outputs).toEqual({ results: [{ namespace: 'a.b', flowId: 'other', count: 2 }], total: 2 });
    expect(asked).toEqual([['count', { namespace: 'a.b', states: ['FAILED'] }]]);
  });

  it('must know what to count', () =>
    expect(runTask(executionCount, { expression: 'true' })).rejects.toMatchObject({ code: 'PROPERTY_MISSING' }));
});

describe('metrics', () => {
  it('are published by their type', async () => {
    const { metrics } = await runTask(metricPublish, {
      metrics: [{ name: 'c', value: 3 }, { type: 'timer', name: 't', value: 'PT2S' }, { type: 'gauge', name: 'g', value: '1.5' }], // prettier-ignore
    });
    expect(metrics).toEqual(['counter c 3', 'timer t 2000', 'gauge g 1.5']);
  });

  it('that are none are refused', async () => {
    await expect(runTask(metricPublish, { metrics: [{ type: 'mood', name: 'm', value: 1 }] })).rejects.toThrow('mood');
    await expect(runTask(metricPublish, { metrics: [{ name: 'm', value: 'many' }] })).rejects.toThrow('many');
  });
});

describe('files of a namespace', () => {
  it('are uploaded, downloaded and deleted', async () => {
    let left: readonly string[] = [];
    const { outputs, read } = await runTask(
      downloadFiles,
      { files: ['sql/*'], destination: 'out' },
      {
        prepare: async (context) => {
          const { uri } = await context.storage.put('one.sql', 'select 1');
          const { keyValues: _, ...shared } = context;
          await runTask(
            uploadFiles,
            { filesMap: { 'one.sql': uri, 'two.txt': 'two' }, destination: '/sql' },
            { context: shared },
          );
          await runTask(deleteFiles, { files: ['**/*.txt'] }, { context: shared });
          left = await context.namespaceFiles.list();
        },
      },
    );
    expect(left).toEqual(['/sql/one.sql']);
    const files = outputs['files'] as Record<string, string>;
    expect(Object.keys(files)).toEqual(['out/sql/one.sql']);
    expect(await read(files['out/sql/one.sql'])).toBe('select 1');
  });

  it.each([
    ['OVERWRITE', 'new'],
    ['SKIP', 'old'],
  ])('with %s keep the %s one', async (conflict, expected) => {
    let read: (() => Promise<unknown[]>) | undefined;
    await runTask(
      uploadFiles,
      { filesMap: { 'a.txt': 'new' }, conflict },
      {
        prepare: async ({ namespaceFiles }) => {
          await namespaceFiles.write('/a.txt', 'old');
          read = async () => (await namespaceFiles.read('/a.txt')).setEncoding('utf8').toArray();
        },
      },
    );
    expect(await read?.()).toEqual([expected]);
  });

  it('are not overwritten when that is an error', () =>
    expect(
      runTask(
        uploadFiles,
        { filesMap: { 'a.txt': 'new' }, conflict: 'ERROR' },
        {
          prepare: ({ namespaceFiles }) => namespaceFiles.write('/a.txt', 'old'),
        },
      ),
    ).rejects.toMatchObject({ code: 'FILE_EXISTS' }));
});

it('Sleep ends when it is stopped', async () => {
  const abort = new AbortController();
  const sleeping = runTask(sleep, { duration: 'PT1H' }, { context: { signal: abort.signal } });
  setImmediate(() => abort.abort());
  await expect(sleeping).rejects.toMatchObject({ name: 'AbortError' });
});

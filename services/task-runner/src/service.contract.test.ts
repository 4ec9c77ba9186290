import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus } from '@tutti/bus';
import type { Bus } from '@tutti/bus';
import { subjects } from '@tutti/contracts';
import { Expressions } from '@tutti/expressions';
import { createCatalogue, definePlugin, defineTask, s } from '@tutti/plugin-sdk';
import { loadPlugins } from '@tutti/plugins';
import { Metrics, UserError, silentLogger, systemClock } from '@tutti/service-kit';
import { openLocalStorage } from '@tutti/storage';
import type { Storage } from '@tutti/storage';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createExpressionServices } from '@tutti/expression-services';
import { ExecutorClient } from './executor-client.ts';
import { startTaskRunner } from './service.ts';
import type { TaskRunner } from './service.ts';
import { StandInExecutor } from './testing/stand-in-executor.ts';

const endless = defineTask({
  type: 'test.Endless',
  title: 'Runs until it is stopped.',
  properties: {},
  async run({ signal, log }) {
    log.info('begun');
    await new Promise((_resolve, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
    );
  },
});
const produce = defineTask({
  type: 'test.Produce',
  title: 'Gives what it is told to.',
  properties: { text: s.string().describe('Text.'), times: s.int().default(1).describe('How often.') },
  run: ({ counter }, { text, times }) => {
    counter('made', times);
    return Promise.resolve({ text: text.repeat(times) });
  },
});
const chatter = defineTask({
  type: 'test.Chatter',
  title: 'Writes lines.',
  properties: { lines: s.int().describe('How many.') },
  async run({ log }, { lines }) {
    for (let n = 0; n < lines; n++) {
      log.info(`line ${n}`);
      await log.room();
    }
  },
});
const plugins = [...(await loadPlugins('')), definePlugin({ name: 'test', title: 'Test', tasks: [endless, produce, chatter] })]; // prettier-ignore

describe('the task-runner', () => {
  let group: string;
  let folder: string;
  let storage: Storage;
  let bus: Bus;
  let otherBus: Bus;
  let executor: StandInExecutor;
  let runner: TaskRunner;
  let groups = 0;

  beforeAll(async () => {
    const url = inject('natsUrl');
    bus = await connectBus({ url, name: 'runner', log: silentLogger });
    otherBus = await connectBus({ url, name: 'executor', log: silentLogger });
    await bus.ensureStreams();
    folder = await mkdtemp(join(tmpdir(), 'tutti-runner-'));
    storage = await openLocalStorage(join(folder, 'storage'));
  });
  afterAll(async () => {
    await Promise.all([bus.drain(), otherBus.drain()]);
    await rm(folder, { recursive: true, force: true });
  });

  beforeEach(() => {
    group = `group-${process.pid}-${++groups}`;
    executor = new StandInExecutor(otherBus, group);
    runner = startTaskRunner({
      bus,
      storage,
      catalogue: createCatalogue(plugins),
      expressions: new Expressions({ services: createExpressionServices(bus, storage) }),
      executor: new ExecutorClient(bus, 'runner-1'),
      config: {
        natsUrl: '',
        workerGroup: group,
        slots: 2,
        waitingSlots: 10,
        home: folder,
        runnersFolder: folder,
        folder: join(folder, 'runner'),
        hostAliases: new Map(),
        logMaxBytes: 1024 * 1024,
        drainTimeoutMs: 500,
      },
      clock: systemClock,
      metrics: new Metrics(),
      log: silentLogger,
    });
  });
  afterEach(async () => {
    await runner.stop();
    await executor.stop();
  });

  const task = (type: string, properties = {}, rest = {}) => ({ type, properties, ...rest });

  it('renders, runs and reports', async () => {
    const context = { inputs: { name: 'taxi' }, vars: {}, outputs: {} };
    const work = await executor.run(task('test.Produce', { text: '{{ inputs.name }}', times: '2' }), { context });
    expect(await executor.endOf(work)).toMatchObject({
      state: 'SUCCESS',
      lease: 7,
      workerId: 'runner-1',
      outputs: { text: 'taxitaxi' },
      metrics: [{ name: 'made', type: 'counter', value: 2 }],
    });
  });

  it('runs the task that another one renders', async () => {
    const context = { inputs: { name: 'taxi', type: 'test.Produce' }, vars: {}, outputs: {} };
    const spec = 'type: {{ inputs.type }}\ntext: "{{ inputs.name }}"\ntimes: 2';
    const work = await executor.run(task('core.templating.TemplatedTask', { spec }), { context });
    expect(await executor.endOf(work)).toMatchObject({ state: 'SUCCESS', outputs: { text: 'taxitaxi' } });
  });

  it('fails with the fault of a property before the task runs', async () => {
    const work = await executor.run(task('test.Produce', { text: 'a', times: 'many' }));
    const { state, error } = await executor.endOf(work);
    expect({ state, code: error?.code, retryable: error?.retryable }).toEqual({
      state: 'FAILED',
      code: 'PROPERTY_INVALID',
      retryable: false,
    });
    expect(executor.linesOf(work)[0]).toMatch(/^ERROR The property "times":/);
  });

  it('fails with the place of the fault of an expression', async () => {
    const work = await executor.run(task('test.Produce', { text: '{{ inputs.nmae }}' }));
    expect((await executor.endOf(work)).error?.message).toContain('nmae');
  });

  it('says which plugin is missing', async () => {
    const work = await executor.run(task('acme.Nothing'));
    expect((await executor.endOf(work)).error?.code).toBe('TASK_TYPE_UNKNOWN');
  });

  it('carries out pure tasks too, and reports what they change', async () => {
    const labels = await executor.run(task('core.execution.Labels', { labels: { a: '{{ 1 + 1 }}' } }));
    expect(await executor.endOf(labels)).toMatchObject({ state: 'SUCCESS', effects: { labels: { a: '2' } } });
    const assert = await executor.run(task('core.execution.Assert', { conditions: ['{{ 1 == 1 }}', '{{ false }}'] }));
    expect(await executor.endOf(assert)).toMatchObject({ state: 'FAILED' });
    expect(executor.linesOf(assert)[0]).toBe('ERROR Assertion `{{ false }}` failed!');
  });

  it('keeps lines in order and complete, whatever their number', async () => {
    const work = await executor.run(task('test.Chatter', { lines: 3_000 }));
    await executor.endOf(work);
    expect(executor.linesOf(work)).toEqual(Array.from({ length: 3_000 }, (_, n) => `INFO line ${n}`));
  });

  it('leaves out lines below the level of the task', async () => {
    const work = await executor.run(task('test.Chatter', { lines: 3 }, { logLevel: 'WARN' }));
    await executor.endOf(work);
    expect(executor.linesOf(work)).toEqual([]);
  });

  it('stops writing a log that grows without end, and says so', async () => {
    const work = await executor.run(task('test.Chatter', { lines: 30_000 }));
    await executor.endOf(work);
    expect(executor.linesOf(work).at(-1)).toMatch(/^WARN The log of this attempt is longer than 1048576 bytes/);
    expect(executor.linesOf(work).length).toBeLessThan(30_000);
  });

  it('stores outputs that are too large for a message, and fetches them for a later task', async () => {
    const first = await executor.run(task('test.Produce', { text: 'x', times: 300_000 }));
    const { outputs } = await executor.endOf(first);
    expect(outputs).toEqual({ text: { 'tutti:stored': expect.stringContaining('/text.json') as string } });
    const context = { inputs: {}, vars: {}, outputs: { first: outputs ?? {} } };
    const second = await executor.run(task('test.Produce', { text: '{{ outputs.first.text | length }}' }), { context });
    expect((await executor.endOf(second)).outputs).toEqual({ text: '300000' });
  });

  it('fetches a context that was too large for the answer to its claim, and masks the secret inputs in it', async () => {
    const context = { inputs: { name: 'taxi', key: 'h1dden' }, vars: {}, outputs: {} };
    const { uri } = await storage.put('kestra:///contexts/one.json', JSON.stringify(context));
    const work = await executor.run(task('test.Produce', { text: '{{ inputs.name }} {{ inputs.key }}' }), {
      context: { 'tutti:stored': uri },
      secretInputs: ['key'],
    });
    expect((await executor.endOf(work)).outputs).toEqual({ text: 'taxi ******' });
  });

  it('masks secrets in the log and in outputs', async () => {
    const secrets = otherBus.respond(subjects.secret('get'), undefined, () => ({ value: 's3cr3t-value' }));
    const log = await executor.run(task('core.log.Log', { message: 'key {{ secret("API_KEY") }}' }));
    await executor.endOf(log);
    expect(executor.linesOf(log)).toEqual(['INFO key ******']);
    const out = await executor.run(task('core.debug.Return', { format: '{{ secret("API_KEY") }}' }));
    expect((await executor.endOf(out)).outputs).toEqual({ value: '******' });
    await secrets.stop();
  });

  it('stops a killed task and reports that', async () => {
    const work = await executor.run(task('test.Endless'));
    await executor.until(() => executor.linesOf(work)[0]);
    executor.kill(work);
    expect(await executor.endOf(work)).toMatchObject({ state: 'KILLED' });
  });

  it('stops a task after its timeout', async () => {
    const work = await executor.run(task('test.Endless'), { timeoutMs: 20 });
    expect(await executor.endOf(work)).toMatchObject({ state: 'FAILED', error: { code: 'TASK_TIMEOUT' } });
    expect(executor.linesOf(work)).toContain('ERROR Timeout after 00:00:00.020');
  });

  it('takes the timeout from the task when the claim does not say it, a template too', async () => {
    const context = { inputs: { limit: 'PT0.02S' }, vars: {}, outputs: {} };
    const work = await executor.run(task('test.Endless', {}, { timeout: '{{ inputs.limit }}' }), { context });
    expect(await executor.endOf(work)).toMatchObject({ state: 'FAILED', error: { code: 'TASK_TIMEOUT' } });
    const wrong = await executor.run(task('test.Endless', {}, { timeout: 'soon' }));
    expect(await executor.endOf(wrong)).toMatchObject({ state: 'FAILED', error: { code: 'TIMEOUT_INVALID' } });
  });

  it('carries out a WorkingDirectory: children in turn, in one folder, each with its own report', async () => {
    const shell = (id: string, command: string, rest = {}) => ({
      id,
      type: 'scripts.shell.Commands',
      properties: { taskRunner: { type: 'core.runner.Process' }, commands: [command] },
      ...rest,
    });
    const children = {
      tasks: [
        shell('write', `cat in.txt > out.txt; echo '::{"outputs":{"n":1}}::'`),
        shell('skipped', 'exit 1', { runIf: '{{ outputs.write.vars.n > 1 }}' }),
        shell('slow', 'sleep 30', { timeout: 'PT0.05S', allowFailure: true }),
        shell('read', 'cat out.txt; echo {{ outputs.write.vars.n }}'),
      ],
    };
    const work = await executor.run(
      task(
        'core.flow.WorkingDirectory',
        { inputFiles: { 'in.txt': 'shared\n' }, outputFiles: ['*.txt'] },
        { children },
      ),
    );
    const { state, outputs } = await executor.endOf(work);
    expect({ state, files: Object.keys(outputs?.['outputFiles'] ?? {}) }).toEqual({ state: 'WARNING', files: ['in.txt', 'out.txt'] }); // prettier-ignore
    expect(executor.children.map((child) => `${child.childTaskId} ${child.state}`)).toEqual([
      'write RUNNING', 'write SUCCESS', 'skipped SKIPPED', 'slow RUNNING', 'slow WARNING', 'read RUNNING', 'read SUCCESS',
    ]); // prettier-ignore
    expect(executor.linesOf(work)).toEqual(['ERROR Timeout after 00:00:00.050', 'INFO shared', 'INFO 1']);
    // How many batches a child's lines come in is a matter of time; that none mixes children is not.
    expect([...new Set(executor.batches.map(({ childTaskId }) => childTaskId))]).toEqual(['slow', 'read']);
  });

  it('takes the outputs of an earlier run where the rendered properties are the same, for as long as they are fresh', async () => {
    const run = async (count: number, taskCache: object) => {
      const context = { inputs: { count }, vars: {}, outputs: {} };
      const commands = [`echo '::{"outputs":{"n":{{ inputs.count }}}}::'`];
      const properties = { commands, taskRunner: { type: 'core.runner.Process' } };
      const work = await executor.run(task('scripts.shell.Commands', properties, { taskCache }), { context });
      const { state, outputs } = await executor.endOf(work);
      const isTaken = executor.linesOf(work).some((line) => line.includes('(taskCache)'));
      return { state, vars: outputs?.['vars'], isTaken };
    };
    const forEver = { enabled: true };
    expect(await run(1, forEver)).toEqual({ state: 'SUCCESS', vars: { n: 1 }, isTaken: false });
    expect(await run(1, forEver)).toEqual({ state: 'SUCCESS', vars: { n: 1 }, isTaken: true });
    expect(await run(2, forEver)).toEqual({ state: 'SUCCESS', vars: { n: 2 }, isTaken: false });
    expect(await run(1, { enabled: false })).toMatchObject({ isTaken: false });
    expect(await run(1, { enabled: true, ttl: 'PT0S' })).toMatchObject({ isTaken: false });
    expect(await run(1, { enabled: true, ttl: 'soon' })).toMatchObject({ state: 'FAILED' });
  });

  it('keeps nothing of a failed run, and runs again where a file among the outputs is gone', async () => {
    const outcome = async (command: string) => {
      const properties = { commands: [command], outputFiles: ['*.txt'], taskRunner: { type: 'core.runner.Process' } };
      const work = await executor.run(task('scripts.shell.Commands', properties, { taskCache: { enabled: true } }));
      const { state, outputs } = await executor.endOf(work);
      return { state, file: (outputs?.['outputFiles'] as Record<string, string> | undefined)?.['a.txt'] };
    };
    expect(await outcome('exit 1')).toMatchObject({ state: 'FAILED' });
    expect(await outcome('exit 1')).toMatchObject({ state: 'FAILED' });
    const first = await outcome('echo {{ taskrun.value ?? 1 }} > a.txt');
    expect(await outcome('echo {{ taskrun.value ?? 1 }} > a.txt')).toEqual(first);
    await storage.delete(first.file!);
    const again = await outcome('echo {{ taskrun.value ?? 1 }} > a.txt');
    expect(again.state).toBe('SUCCESS');
    expect(again.file).not.toBe(first.file);
  });

  it('keeps files of a WorkingDirectory from one execution to the next', async () => {
    const run = async (command: string, ttl: string) => {
      const shell = { id: 'sh', type: 'scripts.shell.Commands', properties: { taskRunner: { type: 'core.runner.Process' }, commands: [command] } }; // prettier-ignore
      const cache = { patterns: ['modules/**'], ttl };
      const work = await executor.run(task('core.flow.WorkingDirectory', { cache }, { children: { tasks: [shell] } }));
      const { state } = await executor.endOf(work);
      return [state, ...executor.linesOf(work)];
    };
    const make = 'mkdir modules other; echo kept > modules/a; ln -s a modules/link; chmod +x modules/a; touch other/b';
    expect(await run(make, 'PT1H')).toEqual(['SUCCESS', 'INFO 2 files are kept for the next execution (cache).']);
    const look = 'cat modules/link; test -x modules/a && ls';
    const restored = 'INFO 2 files of an earlier execution are put in place (cache).';
    expect(await run(look, 'PT1H')).toEqual(['SUCCESS', restored, 'INFO kept', 'INFO modules']);
    expect(await run('echo more > modules/c', 'PT1H')).toEqual(['SUCCESS', restored, 'INFO 3 files are kept for the next execution (cache).']); // prettier-ignore
    expect(await run('ls', 'PT0S')).toEqual(['SUCCESS']);
    expect(await run('ls modules; exit 1', 'PT1H')).toContain('INFO c');
  });

  it('stops a task whose lease is lost, and reports nothing', async () => {
    executor.answer.heartbeat = ({ attempts }: { attempts: object[] }) => ({ lost: attempts });
    const work = await executor.run(task('test.Endless'));
    await executor.until(() => executor.linesOf(work)[0]);
    const next = await executor.run(task('test.Produce', { text: 'on' }));
    await executor.endOf(next);
    const [one, two] = await Promise.all([executor.run(task('test.Endless')), executor.run(task('test.Endless'))]);
    await executor.until(() => (executor.claims.length >= 4 ? true : undefined));
    expect([work, one, two].map(({ taskRunId }) => executor.ended.find((report) => report.taskRunId === taskRunId))).toEqual([undefined, undefined, undefined]); // prettier-ignore
  });

  it('takes no more work than it has slots, except for tasks that only wait', async () => {
    const sleeping = await Promise.all(
      [1, 2, 3].map(() => executor.run(task('core.flow.Sleep', { duration: 'PT60S' }))),
    );
    await executor.until(() => (executor.claims.length === 3 ? true : undefined));
    const busy = await Promise.all([1, 2].map(() => executor.run(task('test.Endless'))));
    for (const work of busy) await executor.until(() => executor.linesOf(work)[0]);
    const late = await executor.run(task('test.Produce', { text: 'late' }));
    await otherBus.flush();
    expect(executor.claims.some(({ taskRunId }) => taskRunId === late.taskRunId)).toBe(false);
    executor.kill(busy[0]!);
    expect((await executor.endOf(late)).outputs).toEqual({ text: 'late' });
    for (const work of [...sleeping, busy[1]!]) executor.kill(work);
  });

  it('repeats a report until it is answered', async () => {
    let asked = 0;
    executor.answer.ended = (body: never) => {
      if (++asked < 3) throw new Error('not now');
      executor.ended.push(body);
      return { applied: true };
    };
    const work = await executor.run(task('test.Produce', { text: 'a' }));
    expect((await executor.endOf(work)).outputs).toEqual({ text: 'a' });
    expect(asked).toBe(3);
  });

  it('does not carry out an attempt twice when its message comes again', async () => {
    const work = await executor.run(task('test.Endless'));
    await executor.until(() => executor.linesOf(work)[0]);
    const again = await executor.run(task('test.Endless'), { ...work });
    const after = await executor.run(task('test.Produce', { text: 'a' }));
    await executor.endOf(after);
    expect(again.taskRunId).toBe(work.taskRunId);
    expect(executor.claims.filter(({ taskRunId }) => taskRunId === work.taskRunId)).toHaveLength(1);
  });

  it('goes on with the task that the executor hands it, and says that it has room', async () => {
    const next = executor.workOf(task('test.Produce', { text: 'b' }), { lease: 9 });
    executor.answer.ended = (body: never) => {
      executor.ended.push(body);
      return executor.ended.length === 1 ? { applied: true, next } : { applied: true };
    };
    const work = await executor.run(task('test.Produce', { text: 'a' }));
    expect(await executor.endOf(work)).toMatchObject({ outputs: { text: 'a' }, takesNext: true });
    expect(await executor.endOf(next)).toMatchObject({ outputs: { text: 'b' }, lease: 9 });
  });

  it('says why a report was refused', async () => {
    executor.answer.ended = (body: { state: string }) => {
      if (body.state === 'SUCCESS') throw new UserError('OUTPUTS_REFUSED', 'These outputs cannot be kept.');
      executor.ended.push(body as never);
      return { applied: true };
    };
    const work = await executor.run(task('test.Produce', { text: 'a' }));
    expect((await executor.endOf(work)).error?.code).toBe('OUTPUTS_REFUSED');
  });

  it('claims again what nobody let it claim', async () => {
    let asked = 0;
    const work = await executor.run(task('test.Produce', { text: 'a' }));
    executor.answer.claim = () => {
      asked++;
      if (asked === 1) throw new Error('restarting');
      return { granted: true, work };
    };
    expect((await executor.endOf(work)).state).toBe('SUCCESS');
  });

  it('hands back what it has not finished when it stops', async () => {
    const work = await executor.run(task('test.Endless'));
    await executor.until(() => executor.linesOf(work)[0]);
    await runner.stop();
    expect(executor.heartbeats.flatMap(({ released = [] }) => released)).toMatchObject([{ taskRunId: work.taskRunId }]);
    expect(executor.ended).toEqual([]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subjects, type ExecutionReply, type LogLines, type Work } from '@tutti/contracts';
import { requestPatiently } from '@tutti/bus';
import { startHarness, startRunner } from './testing/executor-harness.ts';

type Harness = Awaited<ReturnType<typeof startHarness>>;

let harness: Harness;

beforeAll(async () => {
  harness = await startHarness();
  await harness.startExecutor();
});
afterAll(async () => harness.stop());

const HELLO = `
id: hello
namespace: company.team
inputs:
  - id: name
    type: STRING
    defaults: world
tasks:
  - id: greet
    type: io.kestra.plugin.core.log.Log
    message: Hello {{ inputs.name }}
  - id: shape
    type: io.kestra.plugin.core.debug.Return
    format: "{{ inputs.name | upper }}"
outputs:
  - id: greeting
    type: STRING
    value: "{{ outputs.shape.value }}"
`;

describe('an execution of tasks that the executor decides itself', () => {
  it('is at its end when a waiting creation is answered', async () => {
    harness.save(HELLO);
    const { execution } = await harness.create({
      namespace: 'company.team',
      flowId: 'hello',
      inputs: { name: 'Ada' },
      wait: true,
    });
    expect(execution).toMatchObject({ state: 'SUCCESS', outputs: { greeting: 'ADA' }, inputs: { name: 'Ada' } });
  });

  it('has its rows, its journal and its log in the database', async () => {
    harness.save(HELLO);
    const { execution } = await harness.create({ namespace: 'company.team', flowId: 'hello', wait: true });
    const rows = await harness.database.owner.query<{ task_id: string; state: string }>(
      'SELECT task_id, state FROM api.task_runs WHERE execution_id = $1 ORDER BY n',
      [execution.id],
    );
    expect(rows).toEqual([
      { task_id: 'greet', state: 'SUCCESS' },
      { task_id: 'shape', state: 'SUCCESS' },
    ]);
    const logs = await harness.database.owner.query('SELECT level, message FROM api.logs WHERE execution_id = $1', [
      execution.id,
    ]);
    expect(logs).toContainEqual({ level: 'INFO', message: 'Hello world' });
    const [stored] = await harness.database.owner.query<{ version: number }>(
      'SELECT version FROM api.executions WHERE id = $1',
      [execution.id],
    );
    const [journal] = await harness.database.owner.query<{ events: number }>(
      'SELECT sum(jsonb_array_length(events))::int AS events FROM executor.journal WHERE execution_id = $1',
      [execution.id],
    );
    expect(journal!.events).toBe(stored!.version);
  });

  it('says that an input is missing, and creates nothing', async () => {
    harness.save(HELLO.replace('    defaults: world\n', '').replace('id: hello', 'id: strict'));
    const creation = harness.create({ namespace: 'company.team', flowId: 'strict' });
    await expect(creation).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringContaining('name') as string,
    });
  });

  it('is one execution however often it is created', async () => {
    harness.save(HELLO);
    const request = { namespace: 'company.team', flowId: 'hello', idempotencyKey: 'order-17', wait: true };
    const [first, second] = [await harness.create(request), await harness.create(request)];
    expect(second.execution.id).toBe(first.execution.id);
    const again = await harness.create({ ...request, executionId: first.execution.id });
    expect(again.execution.version).toBe(first.execution.version);
  });

  it('shows its log lines on the bus with the ids they are stored under', async () => {
    harness.save(HELLO);
    const seen: LogLines[] = [];
    const subscription = harness.bus.listen<LogLines>('log.>', (body) => void seen.push(body));
    await harness.bus.flush();
    const { execution } = await harness.create({ namespace: 'company.team', flowId: 'hello', wait: true });
    await subscription.stop();
    const shown = seen.filter(({ executionId }) => executionId === execution.id).flatMap(({ lines }) => lines);
    const stored = await harness.database.owner.query<{ id: number }>(
      'SELECT id FROM api.logs WHERE execution_id = $1 ORDER BY id',
      [execution.id],
    );
    expect(shown.map(({ id }) => id)).toEqual(stored.map(({ id }) => id));
  });
});

describe('checks of a flow', () => {
  const checked = (id: string, behavior: string): string =>
    `${HELLO.replace('id: hello', `id: ${id}`)}
checks:
  - condition: "{{ inputs.name != 'Eve' }}"
    message: "{{ inputs.name }} may not"
    behavior: ${behavior}
`;

  it('forbid an execution, with their message', async () => {
    harness.save(checked('blocked', 'BLOCK_EXECUTION'));
    const request = { namespace: 'company.team', flowId: 'blocked', inputs: { name: 'Eve' } };
    await expect(harness.create(request)).rejects.toMatchObject({ code: 'CHECK_FAILED', message: 'Eve may not' });
  });

  it('fail an execution before any of its tasks', async () => {
    harness.save(checked('failing', 'FAIL_EXECUTION'));
    const request = { namespace: 'company.team', flowId: 'failing', inputs: { name: 'Eve' }, wait: true };
    const { execution } = await harness.create(request);
    expect(execution).toMatchObject({ state: 'FAILED', error: 'Eve may not' });
    expect((await harness.create({ ...request, inputs: {} })).execution.state).toBe('SUCCESS');
  });
});

const PAUSED = `
id: paused
namespace: company.team
tasks:
  - id: ask
    type: io.kestra.plugin.core.flow.Pause
    onResume:
      - id: count
        type: INT
  - id: show
    type: io.kestra.plugin.core.debug.Return
    format: "{{ outputs.ask.onResume.count + 1 }}"
`;

it('resumes a pause with typed inputs, and refuses others', async () => {
  harness.save(PAUSED);
  const { execution } = await harness.create({ namespace: 'company.team', flowId: 'paused' });
  const { id } = execution;
  expect(execution.state).toBe('PAUSED');
  const resume = (inputs: object) =>
    requestPatiently<ExecutionReply>(
      harness.bus,
      subjects.execution('resume', id),
      { executionId: id, inputs },
      { deadlineMs: 5_000 },
    );
  await expect(resume({ count: 'many' })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  expect((await resume({ count: '41' })).execution.state).toBe('SUCCESS');
  const [shown] = await harness.database.owner.query<{ outputs: unknown }>(
    "SELECT outputs FROM api.task_runs WHERE execution_id = $1 AND task_id = 'show'",
    [id],
  );
  expect(shown!.outputs).toEqual({ value: '42' });
});

it('renders a template over an execution, or says why it cannot', async () => {
  harness.save(HELLO);
  const { execution } = await harness.create({ namespace: 'company.team', flowId: 'hello', wait: true });
  const evaluate = (template: string) => {
    const body = { executionId: execution.id, template };
    return requestPatiently<ExecutionReply>(harness.bus, subjects.execution('evaluate', execution.id), body, {
      deadlineMs: 5_000,
    });
  };
  expect((await evaluate('{{ outputs.shape.value | lower }}')).result).toBe('world');
  await expect(evaluate('{{ nope.x }}')).rejects.toMatchObject({ code: 'EXPRESSION_FAILED' });
});

const SECRETIVE = `
id: secretive
namespace: company.team
inputs:
  - id: token
    type: SECRET
tasks:
  - id: use
    type: io.kestra.plugin.core.debug.Return
    format: "{{ inputs.token | length }}"
  - id: nap
    type: io.kestra.plugin.core.flow.Sleep
    duration: PT1S
`;

it('keeps a secret input sealed: templates see it, rows and events do not, another executor opens it', async () => {
  harness.save(SECRETIVE);
  const first = await harness.startExecutor();
  const request = { namespace: 'company.team', flowId: 'secretive', inputs: { token: 'hush-hush' } };
  const { execution } = await harness.create(request);
  await first.stop();
  const contexts: unknown[] = [];
  const runner = startRunner(harness.bus, 'w3', (work) => {
    if (work.executionId === execution.id) contexts.push(work.context['inputs']);
    return {};
  });
  const ended = await harness.create({ ...request, executionId: execution.id, wait: true });
  await runner.stop();
  expect(ended.execution).toMatchObject({ state: 'SUCCESS', inputs: { token: '******' } });
  // Both tasks: one whose templates name a secret is rendered on a runner, never in the executor.
  expect(contexts).toEqual([{ token: 'hush-hush' }, { token: 'hush-hush' }]);
  const [row] = await harness.database.owner.query<{ all: string }>(
    `SELECT concat(e::text, (SELECT string_agg(j::text, '') FROM executor.journal AS j WHERE j.execution_id = e.id)) AS all
     FROM executor.executions AS e WHERE id = $1`,
    [execution.id],
  );
  expect(row!.all).not.toContain('hush-hush');
});

const SLEEPY = `
id: sleepy
namespace: company.team
tasks:
  - id: nap
    type: io.kestra.plugin.core.flow.Sleep
    duration: PT1S
`;

describe('an execution with work for a task-runner', () => {
  it('hands the attempt to one runner and takes its result once', async () => {
    harness.save(SLEEPY);
    const works: Work[] = [];
    const runner = startRunner(harness.bus, 'w1', (work) => {
      works.push(work);
      return {};
    });
    const { execution } = await harness.create({ namespace: 'company.team', flowId: 'sleepy', wait: true });
    await runner.stop();
    expect(execution.state).toBe('SUCCESS');
    expect(works).toHaveLength(1);
    expect(works[0]).toMatchObject({ taskId: 'nap', attempt: 1, namespace: 'company.team' });
  });

  it('goes on where it was when another executor takes over', async () => {
    harness.save(SLEEPY);
    const first = await harness.startExecutor();
    const created = await harness.create({ namespace: 'company.team', flowId: 'sleepy' });
    await first.stop();
    const runner = startRunner(harness.bus, 'w2', () => ({}));
    const { execution } = await harness.create({
      namespace: 'company.team',
      flowId: 'sleepy',
      executionId: created.execution.id,
      wait: true,
    });
    await runner.stop();
    expect(execution.state).toBe('SUCCESS');
  });

  it('is killed with what it runs', async () => {
    harness.save(SLEEPY);
    const { execution } = await harness.create({ namespace: 'company.team', flowId: 'sleepy' });
    const kill = { executionId: execution.id };
    const reply = await requestPatiently<ExecutionReply>(harness.bus, subjects.execution('kill', execution.id), kill, {
      deadlineMs: 5_000,
    });
    expect(['KILLING', 'KILLED']).toContain(reply.execution.state);
  });
});

import type { ExecutionCommand, ExecutionSnapshot, ExecutionVerb, TaskRunState } from '@tutti/contracts';
import { UserError, isUserError } from '@tutti/service-kit';
import type { RouteName } from '../access/route-policy.ts';
import type { Gateway } from '../gateway.ts';
import { readJson, readText } from '../http/body.ts';
import { RestError } from '../http/error-envelope.ts';
import { empty, eventStream, json } from '../http/reply.ts';
import type { Reply } from '../http/reply.ts';
import type { Handler, RestRequest } from '../http/router.ts';
import { followExecution } from '../live/execution-feed.ts';
import { createExecution, drawExecutionId, refuseSystemLabels } from '../operations/create-execution.ts';
import { executionFolder, readInputs } from './execution-form.ts';
import { executionJson } from './execution-json.ts';
import { reducedFlowJson } from './flow-json.ts';
import { labelsOf, namedFlows, taskRunState } from './json-body.ts';
import { dateOf, executionFilterOfQuery, executionPageOfQuery, flagOf, labelsOfQuery, numberOf } from './query.ts';
import { storageUri } from '@tutti/storage';
import type { Routes } from './routes.ts';
import { isoDate } from './iso.ts';

type Names = Exclude<
  Extract<RouteName, `${string} /executions${string}`>,
  `${string}/by-ids` | `${string}/by-query` | `${string}/file${string}` | `${string}/webhook/${string}`
> | 'GET /concurrency-limit/search'; // prettier-ignore

const MAX_BODY_BYTES = 1024 * 1024;

/** Executions: create, read, follow, and orders to one. */
export function executionRoutes(gateway: Gateway): Routes<Names> {
  const { executions, executor } = gateway;
  const search: Handler = async ({ query }) => {
    const filter = executionFilterOfQuery(query, gateway.clock.nowMs());
    const [found, total] = await Promise.all([
      executions.search(filter, executionPageOfQuery(query)),
      executions.count(filter),
    ]);
    return json({ results: await withTaskRuns(gateway, found), total });
  };
  const create: Handler = (request) => createFromForm(gateway, request);

  /** An order to one execution; answered with the execution as it is then. */
  const order =
    (
      verb: Exclude<ExecutionVerb, 'create'>,
      body: (request: RestRequest) => Promise<Partial<ExecutionCommand>> | Partial<ExecutionCommand> = () => ({}),
      answer?: Reply,
    ): Handler =>
    async (request) => {
      const executionId = request.params['executionId'] ?? '';
      const by = request.caller.name;
      const { execution } = await executor.command(verb, { executionId, ...(by && { by }), ...(await body(request)) });
      return answer ?? json((await withTaskRuns(gateway, [execution]))[0]);
    };
  const giveKill = order('kill', ({ query }) => ({ cascade: query.get('isOnKillCascade') !== 'false' }), empty(202));
  const kill: Handler = async (request) => {
    try {
      return await giveKill(request);
    } catch (error) {
      if (isUserError(error) && error.code === 'EXECUTION_ENDED') return empty(202); // what was asked for is so already
      throw error;
    }
  };
  const evaluate: Handler = async ({ params, raw }) => {
    const { executionId = '', taskRunId } = params;
    const template = await readText(raw, MAX_BODY_BYTES);
    return evaluateTemplate(gateway, { executionId, template, ...(taskRunId && { taskRunId }) });
  };

  return {
    'POST /executions/{namespace}/{id}': create,
    'POST /executions/trigger/{namespace}/{id}': create,
    'GET /executions': search,
    'GET /executions/search': search,

    'GET /executions/{executionId}': async ({ params }) =>
      json((await withTaskRuns(gateway, [await findExecution(gateway, params['executionId'] ?? '')]))[0]),

    'DELETE /executions/{executionId}': order('delete', undefined, empty(204)),

    'GET /executions/{executionId}/follow': async ({ params, life }) => {
      const execution = await findExecution(gateway, params['executionId'] ?? '');
      return eventStream(followEvents(gateway, execution, life.signal));
    },

    'GET /executions/{executionId}/flow': async ({ params }) => {
      const { namespace, flowId, flowRevision } = await findExecution(gateway, params['executionId'] ?? '');
      const [record] = await gateway.flows.revisions([{ namespace, id: flowId, revision: flowRevision }]);
      if (!record) throw new RestError(404, 'Not Found');
      return json(reducedFlowJson(record));
    },

    'DELETE /executions/{executionId}/kill': kill,
    'POST /executions/{executionId}/kill': kill,
    'POST /executions/{executionId}/pause': order('pause', undefined, empty(200)),
    'POST /executions/{executionId}/resume': order(
      'resume',
      async (request) => {
        const { namespace, flowId, id } = await findExecution(gateway, request.params['executionId'] ?? '');
        return { inputs: await readInputs(gateway, request, { namespace, flowId, executionId: id }) };
      },
      empty(204),
    ),
    'POST /executions/{executionId}/restart': order('restart', ({ query }) => revisionOf(query)),
    'POST /executions/{executionId}/replay': order('replay', ({ query }) => ({
      newExecutionId: drawExecutionId(gateway),
      ...revisionOf(query),
      ...taskRunOf(query),
    })),
    'POST /executions/{executionId}/replay-with-inputs': order('replay', async (request) => {
      const { namespace, flowId } = await findExecution(gateway, request.params['executionId'] ?? '');
      const newExecutionId = drawExecutionId(gateway);
      const inputs = await readInputs(gateway, request, { namespace, flowId, executionId: newExecutionId });
      return { newExecutionId, inputs, ...revisionOf(request.query), ...taskRunOf(request.query) };
    }),
    'POST /executions/{executionId}/force-run': order('force-run'),
    'POST /executions/{executionId}/unqueue': order('force-run'),
    'POST /executions/{executionId}/state': order('set-task-run-state', async ({ raw }) =>
      taskRunState(await readJson(raw, MAX_BODY_BYTES)),
    ),
    'POST /executions/{executionId}/change-status': order('set-state', ({ query }) => ({
      state: (query.get('status') ?? '') as TaskRunState,
    })),
    'POST /executions/{executionId}/labels': order('set-labels', async ({ raw }) => {
      const labels = labelsOf(await readJson(raw, MAX_BODY_BYTES));
      refuseSystemLabels(labels);
      return { labels };
    }),
    'POST /executions/{executionId}/eval': evaluate,
    'POST /executions/{executionId}/eval/{taskRunId}': evaluate,

    'GET /executions/namespaces': async () => json(await executions.namespaces()),
    'GET /executions/namespaces/{namespace}/flows': async ({ params: { namespace = '' } }) => {
      const found = await gateway.flows.search({ namespace: { eq: namespace } }, 0, 10_000);
      return json(found.map(({ id }) => id));
    },
    'GET /executions/flows/{namespace}/{id}': async ({ params: { namespace = '', id = '' } }) => {
      const [record] = await gateway.flows.newest([{ namespace, id }]);
      if (!record) throw new RestError(404, 'Not Found');
      return json(reducedFlowJson(record));
    },
    'POST /executions/latest': async ({ raw }) => {
      const found = await executions.latest(namedFlows(await readJson(raw, MAX_BODY_BYTES)));
      return json(
        found.map(({ id, flowId, namespace, createdAtMs, state }) => ({
          id,
          flowId,
          namespace,
          startDate: isoDate(createdAtMs),
          status: state,
        })),
      );
    },
    'GET /concurrency-limit/search': async () => {
      const running = await executions.running();
      return json({ results: running.map((one) => ({ tenantId: 'main', ...one })), total: running.length });
    },
  };
}

/** @throws {UserError} EXECUTION_NOT_FOUND. */
export async function findExecution({ executions }: Gateway, id: string): Promise<ExecutionSnapshot> {
  const execution = await executions.byId(id);
  if (!execution) throw new UserError('EXECUTION_NOT_FOUND', `Unable to find execution '${id}'`);
  return execution;
}

/** Executions with their task runs, by one statement. */
async function withTaskRuns({ taskRuns }: Gateway, executions: readonly ExecutionSnapshot[]) {
  const all = await taskRuns.ofExecutions(
    executions.map(({ id }) => id),
    { limit: 10_000 },
  );
  return executions.map((execution) =>
    executionJson(
      execution,
      all.filter(({ executionId }) => executionId === execution.id),
    ),
  );
}

async function createFromForm(gateway: Gateway, request: RestRequest): Promise<Reply> {
  const { query, life, params } = request;
  const { namespace = '', id: flowId = '' } = params;
  const executionId = drawExecutionId(gateway);
  const labels = labelsOfQuery(query);
  refuseSystemLabels(labels); // before files are stored
  const owner = { namespace, flowId, executionId };
  const scheduleAtMs = dateOf('scheduleDate', query.get('scheduleDate'));
  const idempotencyKey = request.raw.headers['idempotency-key'];
  try {
    const inputs = await readInputs(gateway, request, owner);
    const execution = await createExecution(
      gateway,
      {
        ...owner,
        inputs,
        labels,
        ...revisionOf(query),
        ...(scheduleAtMs !== undefined && { scheduleAtMs }),
        ...(typeof idempotencyKey === 'string' && { idempotencyKey }),
      },
      { wait: flagOf(query, 'wait'), life },
    );
    const [answer] = flagOf(query, 'wait') ? await withTaskRuns(gateway, [execution]) : [executionJson(execution)];
    return json({ ...answer, url: urlOf(request, execution) });
  } catch (error) {
    if (isUserError(error) && error.code !== 'WAIT_TIMEOUT') await gateway.storage.deletePrefix(storageUri(executionFolder(owner))); // prettier-ignore
    throw error;
  }
}

/** Where a person can look at it. */
export function urlOf({ raw }: RestRequest, { namespace, flowId, id }: ExecutionSnapshot): string {
  return `http://${raw.headers.host ?? 'localhost'}/ui/main/executions/${namespace}/${flowId}/${id}`;
}

/** The execution after each change: `start`, `progress` …, `end`. */
async function* followEvents(gateway: Gateway, { id, labels, originalId }: ExecutionSnapshot, signal: AbortSignal) {
  yield { id: 'start', data: { id, labels: labels.slice(0, 0), originalId, deleted: false } };
  for await (const { execution, taskRuns } of followExecution(gateway, id, signal)) {
    const isLast = execution.endedAtMs !== undefined;
    yield { id: isLast ? 'end' : 'progress', data: executionJson(execution, taskRuns) };
  }
}

/** A template that fails is an answer, not a fault. */
async function evaluateTemplate({ executor }: Gateway, command: ExecutionCommand): Promise<Reply> {
  try {
    return json({ result: (await executor.command('evaluate', command)).result ?? '' });
  } catch (error) {
    if (!isUserError(error) || error.code.startsWith('EXECUTION_')) throw error;
    return json({ error: error.message });
  }
}

function revisionOf(query: URLSearchParams): { readonly revision?: number } {
  return query.has('revision') ? { revision: numberOf(query, 'revision', 1, 2 ** 31 - 1) } : {};
}

function taskRunOf(query: URLSearchParams): { readonly taskRunId?: string } {
  const taskRunId = query.get('taskRunId');
  return taskRunId ? { taskRunId } : {};
}

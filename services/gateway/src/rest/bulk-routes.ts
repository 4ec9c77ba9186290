import type { ExecutionCommand, ExecutionVerb } from '@tutti/contracts';
import type { RouteName } from '../access/route-policy.ts';
import type { Gateway } from '../gateway.ts';
import { readJson } from '../http/body.ts';
import { json } from '../http/reply.ts';
import type { Reply } from '../http/reply.ts';
import type { Handler, RestRequest } from '../http/router.ts';
import { drawExecutionId } from '../operations/create-execution.ts';
import { idsOf } from './json-body.ts';
import { executionFilterOfQuery } from './query.ts';
import type { Routes } from './routes.ts';

type Names = Extract<RouteName, `${string} /executions${string}/by-ids` | `${string} /executions${string}/by-query`>;
type Verb = Exclude<ExecutionVerb, 'create'>;

const MAX_BODY_BYTES = 1024 * 1024;
/** Executions that one call may act on. */
const MAX_EXECUTIONS = 10_000;
/** Orders under way at once. */
const AT_ONCE = 50;

/** Orders to many executions: those of a list (all or none) or of a search. */
export function bulkRoutes(gateway: Gateway): Routes<Names> {
  const byIds =
    (verb: Verb): Handler =>
    async (request) => {
      const ids = idsOf(await readJson(request.raw, MAX_BODY_BYTES));
      const known = new Set((await gateway.executions.byIds(ids)).map(({ id }) => id));
      const unknown = ids.filter((id) => !known.has(id));
      return unknown.length > 0
        ? invalidBulk(verb, unknown)
        : json({ count: await actOn(gateway, verb, ids, request) });
    };
  const byQuery =
    (verb: Verb): Handler =>
    async (request) => {
      const filter = executionFilterOfQuery(request.query, gateway.clock.nowMs());
      const ids = await gateway.executions.ids(filter, MAX_EXECUTIONS);
      return json({ count: await actOn(gateway, verb, ids, request) });
    };
  return {
    'POST /executions/kill/by-ids': byIds('kill'),
    'DELETE /executions/kill/by-ids': byIds('kill'),
    'POST /executions/pause/by-ids': byIds('pause'),
    'POST /executions/resume/by-ids': byIds('resume'),
    'POST /executions/restart/by-ids': byIds('restart'),
    'POST /executions/replay/by-ids': byIds('replay'),
    'POST /executions/force-run/by-ids': byIds('force-run'),
    'DELETE /executions/by-ids': byIds('delete'),
    'POST /executions/kill/by-query': byQuery('kill'),
    'DELETE /executions/kill/by-query': byQuery('kill'),
    'POST /executions/pause/by-query': byQuery('pause'),
    'POST /executions/resume/by-query': byQuery('resume'),
    'POST /executions/restart/by-query': byQuery('restart'),
    'POST /executions/replay/by-query': byQuery('replay'),
    'POST /executions/force-run/by-query': byQuery('force-run'),
    'DELETE /executions/by-query': byQuery('delete'),
  };
}

/** Gives the order to each and counts those that took it; one in the wrong state does not stop the others. */
async function actOn(gateway: Gateway, verb: Verb, ids: readonly string[], { caller }: RestRequest): Promise<number> {
  let count = 0;
  const order = async (executionId: string): Promise<void> => {
    const command: ExecutionCommand = {
      executionId,
      ...(caller.name && { by: caller.name }),
      ...(verb === 'replay' && { newExecutionId: drawExecutionId(gateway) }),
    };
    try {
      await gateway.executor.command(verb, command);
      count++;
    } catch (error) {
      gateway.log.debug({ err: error, executionId, verb }, 'order in bulk refused');
    }
  };
  for (let first = 0; first < ids.length; first += AT_ONCE)
    await Promise.all(ids.slice(first, first + AT_ONCE).map(order));
  return count;
}

/** Kestra's answer when an id is unknown; nothing was done for the others. */
function invalidBulk(verb: Verb, ids: readonly string[]): Reply {
  const invalids = ids.map((id) => ({
    message: 'execution not found',
    rootBean: id,
    rootBeanClass: 'java.lang.String',
    leafBean: id,
    propertyPath: [{ name: 'execution', kind: 'PROPERTY', inIterable: false }],
    invalidValue: id,
    messageTemplate: '{messageTemplate}',
    executableParameters: [],
  }));
  return json({ message: `invalid bulk ${verb}`, invalids }, 400);
}

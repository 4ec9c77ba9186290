import type { LogLine } from '@tutti/contracts';
import type { RouteName } from '../access/route-policy.ts';
import type { Gateway } from '../gateway.ts';
import { attachment, eventStream, json } from '../http/reply.ts';
import type { RestRequest } from '../http/router.ts';
import { followLog } from '../live/log-feed.ts';
import { formatLogCursor, parseLogCursor } from '../store/log-cursor.ts';
import type { LogFilter, LogSearch } from '../store/logs.ts';
import { findExecution } from './execution-routes.ts';
import { isoDate } from './iso.ts';
import { dateOf, filtersOfQuery, minLevelOf, numberOf, pageOfQuery, valueOf } from './query.ts';
import type { Routes } from './routes.ts';

type Names = Extract<RouteName, `GET /logs/${string}` | `GET /metrics/${string}`>;

const COUNT_LIMIT = 10_000;
/** Lines of an answer that is not streamed. */
const MAX_LINES = 100_000;

/** Logs: read, search, download, follow; and metrics. */
export function logRoutes(gateway: Gateway): Routes<Names> {
  const { logs, metrics } = gateway;
  return {
    'GET /logs/{executionId}': async ({ params, query }) => {
      const found = [];
      for await (const lines of logs.all(params['executionId'] ?? '', filterOf(query))) {
        found.push(...lines);
        if (found.length > MAX_LINES) break;
      }
      return json(found.slice(0, MAX_LINES).map((line) => lineJson(line, line)));
    },

    'GET /logs/search': async ({ query }) => {
      const { offset, limit } = pageOfQuery(query);
      const search = searchOf(query);
      const [found, total] = await Promise.all([
        logs.searchPage(search, offset, limit),
        logs.count(search, COUNT_LIMIT),
      ]);
      return json({ results: found.map((line) => lineJson(line, line)), total });
    },

    'GET /logs/{executionId}/download': ({ params, query }) => {
      const executionId = params['executionId'] ?? '';
      const text = (async function* () {
        for await (const lines of logs.all(executionId, filterOf(query)))
          yield lines.map(({ atMs, level, message }) => `${isoDate(atMs)} ${level} ${message}\n`).join('');
      })();
      return attachment(`${executionId}.log`, text, 'text/plain; charset=utf-8');
    },

    'GET /logs/{executionId}/follow': async (request) => {
      const flow = await findExecution(gateway, request.params['executionId'] ?? '');
      return eventStream(followLines(gateway, flow, request));
    },

    'GET /metrics/{executionId}': async ({ params, query }) => {
      const all = await metrics.ofExecutions([params['executionId'] ?? ''], MAX_LINES);
      const [taskRunId, taskId] = [query.get('taskRunId'), query.get('taskId')];
      const results = all
        .filter((metric) => (!taskRunId || metric.taskRunId === taskRunId) && (!taskId || metric.taskId === taskId))
        .map(({ atMs, tags, ...metric }) => ({ ...metric, tags: tags ?? {}, timestamp: isoDate(atMs) }));
      return json({ results, total: results.length });
    },
  };
}

/** Lines as they come: `start`, `progress` …, and `end` once the execution has ended. `?after=` takes up again. */
async function* followLines(
  gateway: Gateway,
  flow: { readonly id: string; readonly namespace: string; readonly flowId: string },
  { query, life: { signal } }: RestRequest,
) {
  yield { id: 'start', data: { executionId: flow.id } };
  const feed = followLog(gateway, {
    executionId: flow.id,
    after: parseLogCursor(query.get('after')),
    minLevel: minLevelOf(query),
    signal,
  });
  for await (const { lines, cursor, ended } of feed) {
    for (const line of lines) yield { id: 'progress', data: lineJson(line, flow) };
    if (ended) yield { id: 'end', data: { executionId: flow.id, cursor: formatLogCursor(cursor) } };
  }
}

/** A line in the form of Kestra's API; attempts count from 0 there. */
function lineJson(line: LogLine, { namespace, flowId }: { readonly namespace: string; readonly flowId: string }) {
  return {
    namespace,
    flowId,
    ...(line.taskId && { taskId: line.taskId }),
    executionId: line.executionId,
    ...(line.taskRunId && { taskRunId: line.taskRunId }),
    attemptNumber: (line.attempt ?? 1) - 1,
    timestamp: isoDate(line.atMs),
    level: line.level,
    message: line.message,
  };
}

function filterOf(query: URLSearchParams): LogFilter {
  const attempt = query.get('attempt') ? numberOf(query, 'attempt', 1, 1_000_000) : undefined;
  return {
    minLevel: minLevelOf(query) ?? null,
    taskId: query.get('taskId'),
    taskRunId: query.get('taskRunId'),
    attempt: attempt ?? null,
  };
}

function searchOf(query: URLSearchParams): LogSearch {
  const filters = filtersOfQuery(query, ['namespace', 'flowId', 'triggerId', 'q', 'startDate', 'endDate', 'minLevel', 'level', 'executionId']); // prettier-ignore
  const one = (field: string): string | undefined => valueOf(query, filters, field);
  const under = one('namespace');
  return {
    ...(under && { namespace: { under } }),
    flowId: one('flowId') ?? null,
    executionId: one('executionId') ?? null,
    triggerId: one('triggerId') ?? null,
    text: one('q') ?? null,
    minLevel: minLevelOf(query) ?? null,
    at: { gte: dateOf('startDate', one('startDate')) ?? null, lt: dateOf('endDate', one('endDate')) ?? null },
  };
}

import type { LogLine } from '@tutti/contracts';
import type { RequestContext, Resolvers, Subscribers } from '../graphql/context.ts';
import { pageFrom, toConnection } from '../graphql/connection.ts';
import type { PageArgs } from '../graphql/connection.ts';
import { cancellable } from '../live/cancellable.ts';
import { followLog } from '../live/log-feed.ts';
import type { LogFeedOptions } from '../live/log-feed.ts';
import { formatLogCursor, parseLogCursor } from '../store/log-cursor.ts';
import type { FlowLogLine, LogSearch, LogSearchKey } from '../store/logs.ts';

export const logResolvers: Resolvers = {
  Query: {
    logs: async (_: unknown, { filter, ...args }: PageArgs & { filter: LogSearch }, { gateway }) => {
      const page = await gateway.logs.search(filter, pageFrom(args, isLogKey));
      return toConnection(page, keyOf, args);
    },
  },
  LogLine: { at: ({ atMs }: LogLine) => atMs },
};

interface ExecutionLogsArgs {
  readonly executionId: string;
  readonly after?: string | null;
  readonly minLevel?: LogFeedOptions['minLevel'];
}

export const logSubscribers: Subscribers = {
  executionLogs: ({ executionId, after, minLevel }: ExecutionLogsArgs, context: RequestContext) => {
    const cursor = parseLogCursor(after);
    return cancellable(async function* (signal) {
      const options = { executionId, after: cursor, minLevel, signal };
      for await (const batch of followLog(context.gateway, options))
        yield { ...batch, cursor: formatLogCursor(batch.cursor) };
    }, context.signal);
  },
};

const keyOf = ({ atMs, source, id }: FlowLogLine): LogSearchKey => ({ atMs, source, id });

function isLogKey(value: unknown): value is LogSearchKey {
  return typeof value === 'object' && value !== null && 'atMs' in value && 'source' in value && 'id' in value;
}

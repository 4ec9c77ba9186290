import type { Logger } from '@tutti/service-kit';
import { isUserError } from '@tutti/service-kit';
import { BusError } from '@tutti/bus';
import { GraphQLError } from 'graphql';
import type { GraphQLFormattedError } from 'graphql';
import { TOO_COSTLY } from './limits.ts';
import { errorCodeOf } from '../http/error-code.ts';

/** What clients are told of a fault: of the caller's all, of a bug only that there is one. The log has the rest. */
export function formatError(error: unknown, formatted: GraphQLFormattedError, log: Logger): GraphQLFormattedError {
  const original = error instanceof GraphQLError ? (error.originalError ?? undefined) : error;
  const place = {
    ...(formatted.locations && { locations: formatted.locations }),
    ...(formatted.path && { path: formatted.path }),
  };
  if (isUserError(original) || original instanceof BusError) {
    const { hint } = original as { hint?: string };
    const extensions = { code: errorCodeOf(original), reason: original.code, ...(hint && { hint }) };
    return { message: original.message, ...place, extensions };
  }
  if (isOfTheQuery(formatted, original)) {
    const isTooCostly = formatted.extensions?.['reason'] === TOO_COSTLY;
    const code = isTooCostly ? 'COST_LIMIT_EXCEEDED' : 'BAD_USER_INPUT';
    const reason = isTooCostly ? TOO_COSTLY : (formatted.extensions?.['code'] ?? code);
    return { message: formatted.message, ...place, extensions: { code, reason } };
  }
  log.error({ err: original ?? error, path: formatted.path }, 'resolver failed');
  return {
    message: 'Something went wrong here; the log of the gateway says more.',
    ...place,
    extensions: { code: 'INTERNAL', reason: 'INTERNAL' },
  };
}

const OF_THE_QUERY: ReadonlySet<unknown> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

/** Whether the query itself is at fault: it does not parse, is not valid, or has wrong variables. */
function isOfTheQuery({ extensions, path }: GraphQLFormattedError, original: unknown): boolean {
  return OF_THE_QUERY.has(extensions?.['code']) || (original === undefined && path === undefined);
}

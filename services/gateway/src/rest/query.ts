import type { ExecutionState, Label, LogLevel } from '@tutti/contracts';
import { parseDuration } from '@tutti/flow-model';
import { RestError, illegalArgument } from '../http/error-envelope.ts';
import { EXECUTION_SORT_COLUMNS } from '../store/executions.ts';
import type { ExecutionFilter, ExecutionSort, NumberedPage } from '../store/executions.ts';
import type { TextFilter, TimeFilter } from '../store/conditions.ts';

const LARGEST_PAGE = 10_000;
const STATES: readonly ExecutionState[] = ['CREATED', 'QUEUED', 'RUNNING', 'PAUSED', 'RESTARTED', 'RETRYING', 'RETRIED', 'KILLING', 'KILLED', 'CANCELLED', 'SUCCESS', 'WARNING', 'FAILED']; // prettier-ignore
const LEVELS: readonly LogLevel[] = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR'];

/** A condition in the newer form: `filters[field][OPERATION]=value`, or with a key of a label behind it. */
export interface QueryFilter {
  readonly field: string;
  readonly operation: string;
  readonly key: string | undefined;
  readonly value: string;
}

/**
 * `page` from 1 and `size`, default 10.
 * @throws {RestError} 422.
 */
export function pageOfQuery(query: URLSearchParams): { readonly offset: number; readonly limit: number } {
  const page = numberOf(query, 'page', 1, 1_000_000);
  const limit = numberOf(query, 'size', 10, LARGEST_PAGE);
  return { offset: (page - 1) * limit, limit };
}

/** `sort=state.startDate:desc`; only known columns. @throws {RestError} 422. */
export function executionPageOfQuery(query: URLSearchParams): NumberedPage {
  const [by, direction = 'asc'] = query.get('sort')?.split(':') ?? [];
  if (by === undefined) return pageOfQuery(query);
  if (!Object.hasOwn(EXECUTION_SORT_COLUMNS, by))
    throw illegalArgument(
      `Unsupported sort '${by}'. Expected one of: [${Object.keys(EXECUTION_SORT_COLUMNS).join(', ')}]`,
    );
  return { ...pageOfQuery(query), sort: { by: by as ExecutionSort, descending: direction.toLowerCase() === 'desc' } };
}

/** The condition of a search for executions, in the older and the newer form. @throws {RestError} 422. */
export function executionFilterOfQuery(query: URLSearchParams, nowMs: number): ExecutionFilter {
  const filters = filtersOfQuery(query, ['namespace', 'flowId', 'state', 'labels', 'q', 'startDate', 'endDate', 'timeRange', 'childFilter', 'triggerExecutionId', 'triggerId', 'scope', 'kind']); // prettier-ignore
  const one = (field: string): string | undefined => valueOf(query, filters, field);
  const states = listOf(query, filters, 'state').map((state) => oneOf('state', state, STATES));
  const labels = labelsOfQuery(query, filters);
  const child = one('childFilter');
  const under = one('namespace');
  const flowId = textFilterOf(query, filters, 'flowId');
  const triggerId = one('triggerId');
  const text = one('q');
  const parentExecutionId = one('triggerExecutionId');
  return {
    createdAt: timeOfQuery(one, nowMs),
    ...(under && { namespace: { under } }),
    ...(flowId && { flowId }),
    ...(states.length > 0 && { states }),
    ...(labels.length > 0 && { labels }),
    ...(text && { text }),
    ...(triggerId && { triggerId }),
    ...(parentExecutionId && { parentExecutionId }),
    ...(child && { isChild: child === 'CHILD' }),
  };
}

/** Conditions in the newer form. @throws {RestError} 422 for a field that is not known here. */
export function filtersOfQuery(query: URLSearchParams, fields: readonly string[]): QueryFilter[] {
  return [...query].flatMap(([name, value]) => {
    const [, field, operation = 'EQUALS', key] = /^filters\[(\w+)\]\[(\w+)\](?:\[(.+)\])?$/.exec(name) ?? [];
    if (field === undefined) return [];
    if (!fields.includes(field))
      throw illegalArgument(`Unsupported field '${field}'. Expected one of: [${fields.join(', ')}]`);
    return [{ field, operation, key, value }];
  });
}

/** One value, in either form. */
export function valueOf(query: URLSearchParams, filters: readonly QueryFilter[], field: string): string | undefined {
  return query.get(field) || filters.find((filter) => filter.field === field)?.value || undefined;
}

/** A text with its comparison. @throws {RestError} 422 for a comparison that is not known. */
export function textFilterOf(
  query: URLSearchParams,
  filters: readonly QueryFilter[],
  field: string,
): TextFilter | undefined {
  const eq = query.get(field);
  if (eq) return { eq };
  const filter = filters.find((one) => one.field === field);
  switch (filter?.operation) {
    case undefined:
      return undefined;
    case 'EQUALS':
      return { eq: filter?.value ?? null };
    case 'IN':
      return { in: filter?.value.split(',') ?? null };
    case 'STARTS_WITH':
    case 'PREFIX':
      return { startsWith: filter?.value ?? null };
    case 'CONTAINS':
      return { contains: filter?.value ?? null };
    default:
      throw illegalArgument(`Unsupported operation '${filter?.operation}' for field '${field}'. Expected one of: [EQUALS, IN, STARTS_WITH, PREFIX, CONTAINS]`); // prettier-ignore
  }
}

/** `labels=key:value`, repeated. @throws {RestError} 422. */
export function labelsOfQuery(query: URLSearchParams, filters: readonly QueryFilter[] = []): Label[] {
  const plain = query.getAll('labels').map((label) => {
    const colon = label.indexOf(':');
    if (colon <= 0) throw new RestError(422, `Unprocessable Entity: Can't split the queryString parameter by ':'`);
    return { key: label.slice(0, colon), value: label.slice(colon + 1) };
  });
  const keyed = filters.flatMap(({ field, key, value }) => (field === 'labels' && key ? [{ key, value }] : []));
  return [...plain, ...keyed];
}

/** `minLevel=WARN`. @throws {RestError} 422. */
export function minLevelOf(query: URLSearchParams): LogLevel | undefined {
  const level = query.get('minLevel') ?? query.get('level');
  return level ? oneOf('minLevel', level, LEVELS) : undefined;
}

/** A whole number of a query. @throws {RestError} 422. */
export function numberOf(query: URLSearchParams, name: string, byDefault: number, max: number): number {
  const text = query.get(name);
  if (text === null || text === '') return byDefault;
  const value = Number(text);
  if (!Number.isInteger(value)) throw cannotConvert(name, text, 'it must be a whole number');
  if (value < 1) throw new RestError(422, `Invalid entity: ${name}: must be greater than or equal to 1`);
  if (value > max) throw new RestError(422, `Invalid entity: ${name}: must be less than or equal to ${max}`);
  return value;
}

/** `true` or `false`. */
export const flagOf = (query: URLSearchParams, name: string): boolean => query.get(name)?.toLowerCase() === 'true';

/** A date of a query, Unix ms. @throws {RestError} 422. */
export function dateOf(name: string, text: string | null | undefined): number | undefined {
  if (!text) return undefined;
  const atMs = Date.parse(text.replace(' ', '+')); // a plus sign that was not encoded
  if (Number.isNaN(atMs)) throw cannotConvert(name, text, 'it must be a date such as 2026-01-31T12:00:00Z');
  return atMs;
}

/** @throws {RestError} 422 unless it is one of the allowed words. */
export function oneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((word) => word === value.toUpperCase());
  if (found === undefined) throw cannotConvert(name, value, `it must be one of ${allowed.join(', ')}`);
  return found;
}

function timeOfQuery(one: (field: string) => string | undefined, nowMs: number): TimeFilter {
  const range = one('timeRange');
  const rangeMs = range === undefined ? undefined : parseDuration(range);
  if (range !== undefined && rangeMs === undefined) throw cannotConvert('timeRange', range, 'it must be a duration such as PT24H'); // prettier-ignore
  return {
    gte: rangeMs === undefined ? (dateOf('startDate', one('startDate')) ?? null) : nowMs - rangeMs,
    lt: dateOf('endDate', one('endDate')) ?? null,
  };
}

function listOf(query: URLSearchParams, filters: readonly QueryFilter[], field: string): string[] {
  const newer = filters.filter((filter) => filter.field === field).map(({ value }) => value);
  return [...query.getAll(field), ...newer].flatMap((value) => value.split(',')).filter(Boolean);
}

function cannotConvert(name: string, value: string, because: string): RestError {
  return new RestError(422, `Internal server error: Failed to convert argument [${name}] for value [${value}] due to: ${because}`); // prettier-ignore
}

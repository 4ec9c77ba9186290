import type { IncomingMessage } from 'node:http';
import type { Caller } from '../access/caller.ts';
import type { Reply } from './reply.ts';

/** A request as a route's handler sees it. */
export interface RestRequest {
  readonly method: string;
  /** Path and query as they were asked for. */
  readonly target: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly raw: IncomingMessage;
  readonly caller: Caller;
  readonly life: { readonly signal: AbortSignal };
}

/** Answers the requests of one route. */
export type Handler = (request: RestRequest) => Promise<Reply> | Reply;

/** A found route. */
export interface Match<Name extends string> {
  readonly name: Name;
  readonly handler: Handler;
  readonly params: Readonly<Record<string, string>>;
}

interface Route<Name extends string> {
  readonly name: Name;
  readonly method: string;
  readonly segments: readonly string[];
  readonly handler: Handler;
}

/**
 * Finds the route of a path. Names of routes are `METHOD /fixed/{parameter}`; a fixed segment wins over a parameter.
 */
export class Router<Name extends string> {
  /** By number of segments, the more fixed ones first. */
  readonly #routes = new Map<number, Route<Name>[]>();

  constructor(handlers: Readonly<Record<Name, Handler>>) {
    for (const name of Object.keys(handlers) as Name[]) {
      const [method = '', path = ''] = name.split(' ');
      const segments = splitPath(path);
      const sameLength = this.#routes.get(segments.length) ?? [];
      sameLength.push({ name, method, segments, handler: handlers[name] });
      this.#routes.set(segments.length, sameLength);
    }
    for (const routes of this.#routes.values()) routes.sort((a, b) => compare(rank(a.segments), rank(b.segments)));
  }

  find(method: string, path: string): Match<Name> | undefined {
    const given = splitPath(path);
    const route = this.#routes.get(given.length)?.find((one) => one.method === method && fits(one.segments, given));
    return route && { name: route.name, handler: route.handler, params: parametersOf(route.segments, given) };
  }

  /** Methods that a path knows. */
  methodsOf(path: string): string[] {
    const given = splitPath(path);
    const routes = this.#routes.get(given.length) ?? [];
    return [...new Set(routes.filter((route) => fits(route.segments, given)).map((route) => route.method))];
  }
}

const splitPath = (path: string): string[] => path.split('/').slice(1);
const isParameter = (segment: string): boolean => segment.startsWith('{');
const fits = (pattern: readonly string[], given: readonly string[]): boolean =>
  pattern.every((segment, index) => (isParameter(segment) ? given[index] !== '' : segment === given[index]));

/** `0` for fixed, `1` for a parameter, by segment: sorts the most fixed first. */
const rank = (segments: readonly string[]): string => segments.map((one) => (isParameter(one) ? '1' : '0')).join('');
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function parametersOf(pattern: readonly string[], given: readonly string[]): Record<string, string> {
  const parameters: Record<string, string> = {};
  pattern.forEach((segment, index) => {
    if (isParameter(segment)) parameters[segment.slice(1, -1)] = decodeSegment(given[index] ?? '');
  });
  return parameters;
}

/** What is not properly encoded is taken as it is. */
function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

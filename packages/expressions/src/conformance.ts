import { Budget } from './budget.ts';
import type { Call, LogLine, Services } from './call.ts';
import { Expressions } from './expressions.ts';
import type { Json, Vars } from './json.ts';
import { equal } from './values/equality.ts';

/**
 * One line of a conformance table: a template, what it sees, and the exact text (or, when `typed`, the value) it must
 * give; or a regular expression that the text must match; or that it must fail, with a message that must match.
 */
export interface ExpressionCase {
  readonly id: string;
  readonly template: string;
  readonly context?: Vars;
  readonly expect?: Json;
  readonly match?: string;
  readonly error?: true | string;
  /** Rendered again until nothing changes. */
  readonly recursive?: boolean;
  readonly typed?: boolean;
  readonly fixtures?: ExpressionFixtures;
}

/** What the functions of a case find outside. */
export interface ExpressionFixtures {
  /** By namespace and key. */
  readonly kv?: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly secrets?: Readonly<Record<string, string>>;
  /** By namespace and path. */
  readonly files?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** By address. */
  readonly storage?: Readonly<Record<string, string>>;
  readonly errorLogs?: readonly LogLine[];
}

/** What a case should have given, and what it gave, where the two differ. */
export interface ExpressionDifference {
  readonly expected: string;
  readonly got: string;
}

/** Runs one case in the zone UTC and the locale en-US; `undefined` when it holds. */
export async function checkCase(expectation: ExpressionCase): Promise<ExpressionDifference | undefined> {
  const { template, context = {}, fixtures = {}, recursive = false, typed } = expectation;
  const expressions = new Expressions({ services: servicesOf(fixtures), recursive });
  const call = callOf(context);
  let got: Json;
  try {
    got = await (typed
      ? expressions.renderTyped(template, context, call)
      : expressions.render(template, context, call));
  } catch (error) {
    return checkFailure(expectation, error);
  }
  if (expectation.error !== undefined) return { expected: failureText(expectation.error), got: JSON.stringify(got) };
  if (expectation.match !== undefined)
    return new RegExp(expectation.match).test(textOf(got))
      ? undefined
      : { expected: `/${expectation.match}/`, got: textOf(got) };
  const expected = expectation.expect ?? null;
  if (equal(got, expected, new Budget())) return undefined;
  return { expected: JSON.stringify(expected), got: JSON.stringify(got) };
}

function checkFailure(
  { error: wanted, expect, match }: ExpressionCase,
  error: unknown,
): ExpressionDifference | undefined {
  const got = `error: ${error instanceof Error ? error.message : String(error)}`;
  if (wanted === undefined) return { expected: match === undefined ? JSON.stringify(expect) : `/${match}/`, got };
  if (wanted === true || new RegExp(wanted).test(got.slice('error: '.length))) return undefined;
  return { expected: failureText(wanted), got };
}

function failureText(wanted: true | string): string {
  return wanted === true ? 'an error' : `an error matching /${wanted}/`;
}

/** The flow of a case is the one its variables describe. */
function callOf(context: Vars): Call {
  const flow = context['flow'];
  const namespace = typeof flow === 'object' && flow !== null && 'namespace' in flow ? flow.namespace : '';
  return { namespace: typeof namespace === 'string' ? namespace : '' };
}

/** Services that answer from memory. */
export function servicesOf({
  kv = {},
  secrets = {},
  files = {},
  storage = {},
  errorLogs = [],
}: ExpressionFixtures): Services {
  const contentOf = (path: string, namespace: string): string | undefined =>
    own(storage, path) ?? own(own(files, namespace) ?? {}, path.replace(/^(nsfile:\/\/)?\//, ''));
  return {
    kv: (key, namespace) => {
      const found = withParents(namespace).find((name) => own(own(kv, name) ?? {}, key) !== undefined);
      return found === undefined ? undefined : own(own(kv, found) ?? {}, key);
    },
    secret: (key) => own(secrets, key),
    file: {
      read: contentOf,
      size: (path, namespace) => {
        const text = contentOf(path, namespace);
        return text === undefined ? undefined : new TextEncoder().encode(text).length;
      },
      exists: (path, namespace) => contentOf(path, namespace) !== undefined,
    },
    errorLogs: () => errorLogs,
    http: ({ uri }) => {
      throw new Error(`${uri} cannot be reached from a conformance case`);
    },
  };
}

/** `a.b.c`, `a.b`, `a`. */
function withParents(namespace: string): string[] {
  const names = namespace.split('.');
  return names.map((_, index) => names.slice(0, names.length - index).join('.'));
}

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

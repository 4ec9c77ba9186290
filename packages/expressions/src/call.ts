import type { Budget } from './budget.ts';
import type { Json } from './json.ts';

/** Who renders, and within which bounds. */
export interface Call {
  /** Whose keys, secrets and files are meant when a template names no namespace. */
  readonly namespace: string;
  readonly flowId?: string;
  readonly executionId?: string;
  readonly taskRunId?: string;
  /** Shared by several renders to bound them together; each call has its own when absent. */
  readonly budget?: Budget;
  /** Receives every secret that was rendered, for masking. */
  readonly secrets?: Set<string>;
  /** What `now()` says, Unix ms; the clock when absent. */
  readonly nowMs?: number;
  /** Chance in [0, 1); the system's when absent. */
  readonly random?: () => number;
}

/** A value now or later. */
export type Awaitable<T> = T | Promise<T>;

/** One line of an execution's error log. */
export type LogLine = { readonly [key: string]: Json };

/** What `http()` asks for. */
export interface HttpRequest {
  readonly uri: string;
  readonly method: string;
  readonly query: { readonly [key: string]: Json };
  readonly body: Json;
  readonly contentType: string;
  readonly accept: string;
  readonly headers: { readonly [key: string]: Json };
  readonly options: { readonly [key: string]: Json };
}

/**
 * What functions need from outside. Each checks by itself whether the call may see what it asks for, and answers
 * `undefined` for what does not exist; what that means to the template is the function's affair.
 */
export interface Services {
  /** A value of the key-value store, looked up in parent namespaces too. */
  kv(key: string, namespace: string, call: Call): Awaitable<Json | undefined>;
  secret(key: string, namespace: string, call: Call): Awaitable<string | undefined>;
  readonly file: {
    /** Text of a file: an address of internal storage, or a path within the namespace's files. */
    read(path: string, namespace: string, call: Call): Awaitable<string | undefined>;
    /** Length in bytes. */
    size(path: string, namespace: string, call: Call): Awaitable<number | undefined>;
    exists(path: string, namespace: string, call: Call): Awaitable<boolean>;
  };
  errorLogs(call: Call): Awaitable<readonly LogLine[]>;
  /** The answer's body, parsed when it is JSON. */
  http(request: HttpRequest, call: Call): Awaitable<Json>;
}

import type { Caller } from '../access/caller.ts';
import type { Gateway } from '../gateway.ts';
import { createLoaders } from './loaders.ts';
import type { Loaders } from './loaders.ts';

/** What every resolver gets. */
export interface RequestContext {
  readonly gateway: Gateway;
  readonly caller: Caller;
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal;
  /** Join what the fields of a list ask for into one statement. */
  readonly loaders: Loaders;
  /** Ends the client's connection, where it has one that lasts. */
  readonly disconnect?: (code: number, reason: string) => void;
}

/** A context for one request or subscription; what is rarely asked for is made when it is. */
export function createContext(
  gateway: Gateway,
  caller: Caller,
  life: { readonly signal: AbortSignal },
  disconnect?: RequestContext['disconnect'],
): RequestContext {
  let loaders: Loaders | undefined;
  return {
    gateway,
    caller,
    get signal() {
      return life.signal;
    },
    get loaders() {
      return (loaders ??= createLoaders(gateway));
    },
    ...(disconnect && { disconnect }),
  };
}

/** Resolves one field of a type. */
export type FieldResolver<Source, Args> = (source: Source, args: Args, context: RequestContext) => unknown;

/** Resolvers by type and field. Fields without one are read from the source by their name. */
export type Resolvers = Readonly<Record<string, Readonly<Record<string, FieldResolver<never, never>>>>>;

/** Makes the events of a subscription field; each is then resolved as the field's value. */
export type Subscriber<Args> = (args: Args, context: RequestContext) => AsyncGenerator<unknown, void, void>;
export type Subscribers = Readonly<Record<string, Subscriber<never>>>;

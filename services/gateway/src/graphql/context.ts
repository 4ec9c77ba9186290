import type { Caller } from '../access/caller.ts';
import type { Gateway } from '../gateway.ts';
import { createLoaders } from './loaders.ts';
import type { Loaders } from './loaders.ts';

/** What every resolver gets, for one request or subscription. What is rarely asked for is made when it is. */
export class RequestContext {
  readonly gateway: Gateway;
  readonly caller: Caller;
  /** Ends the client's connection, where it has one that lasts. */
  readonly disconnect: ((code: number, reason: string) => void) | undefined;
  // Not #private: Apollo Server copies the fields of a context onto an object of the same prototype.
  private readonly life: { readonly signal: AbortSignal };
  private knownLoaders: Loaders | undefined;

  constructor(
    gateway: Gateway,
    caller: Caller,
    life: { readonly signal: AbortSignal },
    disconnect?: (code: number, reason: string) => void,
  ) {
    this.gateway = gateway;
    this.caller = caller;
    this.life = life;
    this.disconnect = disconnect;
  }

  /** Aborts when the client has gone. */
  get signal(): AbortSignal {
    return this.life.signal;
  }

  /** Join what the fields of a list ask for into one statement. */
  get loaders(): Loaders {
    return (this.knownLoaders ??= createLoaders(this.gateway));
  }
}

/** Resolves one field of a type. */
export type FieldResolver<Source, Args> = (source: Source, args: Args, context: RequestContext) => unknown;

/** Resolvers by type and field. Fields without one are read from the source by their name. */
export type Resolvers = Readonly<Record<string, Readonly<Record<string, FieldResolver<never, never>>>>>;

/** Makes the events of a subscription field; each is then resolved as the field's value. */
export type Subscriber<Args> = (args: Args, context: RequestContext) => AsyncGenerator<unknown, void, void>;
export type Subscribers = Readonly<Record<string, Subscriber<never>>>;

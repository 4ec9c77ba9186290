import { readFileSync } from 'node:fs';
import { GATEWAY_FOLDER } from '../gateway-folder.ts';
import type { Resolvers, Subscribers } from '../graphql/context.ts';
import { DateTime, Duration, JsonValue } from '../graphql/scalars.ts';
import { eventSubscribers } from './event.ts';
import { executionResolvers, executionSubscribers } from './execution.ts';
import { flowResolvers } from './flow.ts';
import { logResolvers, logSubscribers } from './log.ts';
import { namespaceResolvers } from './namespace.ts';
import { triggerResolvers } from './trigger.ts';

const { version } = JSON.parse(readFileSync(new URL('package.json', GATEWAY_FOLDER), 'utf8')) as { version: string };

/** Version of this Tutti. */
export const VERSION: string = version;

const systemResolvers: Resolvers = { Query: { version: () => VERSION } };

/** Resolvers of all nouns, to be merged by type. */
export const RESOLVERS: readonly Resolvers[] = [
  systemResolvers,
  flowResolvers,
  executionResolvers,
  logResolvers,
  namespaceResolvers,
  triggerResolvers,
];

/** What makes the events of each subscription field. */
export const SUBSCRIBERS: Subscribers = { ...eventSubscribers, ...executionSubscribers, ...logSubscribers };

/** Scalars of the schema with their ways in and out. */
export const SCALARS = [DateTime, Duration, JsonValue];

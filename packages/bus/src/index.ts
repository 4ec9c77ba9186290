export type {
  BatchOptions,
  Bus,
  ConsumerDefinition,
  Headers,
  MessageMeta,
  PendingRequest,
  Published,
  PulledMessage,
  Puller,
  PullOptions,
  ReplayStart,
  ReplayedMessage,
  Subscription,
} from './bus.ts';
export { BusError } from './bus-error.ts';
export type { BusErrorCode } from './bus-error.ts';
export { isTooLarge, MAX_MESSAGE_BYTES } from './codec.ts';
export { connectBus } from './connect-bus.ts';
export { requestPatiently } from './request-patiently.ts';
export type { Patience } from './request-patiently.ts';
export type { BusOptions } from './connect-bus.ts';
export { DEDUPLICATION_WINDOW_MS, STREAM, STREAMS } from './stream-table.ts';
export type { StreamDefinition } from './stream-table.ts';

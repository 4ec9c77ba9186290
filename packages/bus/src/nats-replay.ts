import { DeliverPolicy } from 'nats';
import type { JetStreamClient, JsMsg, OrderedConsumerOptions } from 'nats';
import type { ReplayStart, ReplayedMessage, Subscription } from './bus.ts';
import { decode } from './codec.ts';

/** Reads a stream in order through the library's ordered consumer, which mends gaps and server restarts itself. */
export async function replayStream<T>(
  client: JetStreamClient,
  stream: string,
  filter: string,
  start: ReplayStart,
  handler: (message: ReplayedMessage<T>) => void,
): Promise<Subscription> {
  const consumer = await client.consumers.get(stream, orderedFrom(filter, start));
  const messages = await consumer.consume({ callback: (message) => handler(toReplayed<T>(message)) });
  return {
    async stop() {
      await messages.close();
    },
  };
}

function orderedFrom(filter: string, { fromSeq, fromTimeMs }: ReplayStart): Partial<OrderedConsumerOptions> {
  if (fromSeq !== undefined)
    return { filterSubjects: filter, deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: fromSeq };
  if (fromTimeMs !== undefined)
    return {
      filterSubjects: filter,
      deliver_policy: DeliverPolicy.StartTime,
      opt_start_time: new Date(fromTimeMs).toISOString(),
    };
  // Not `DeliverPolicy.All`: the library adds a start sequence to it, and the server refuses the two together.
  return { filterSubjects: filter };
}

function toReplayed<T>(message: JsMsg): ReplayedMessage<T> {
  const { headers, subject, info } = message;
  return {
    subject,
    headers: headers ? Object.fromEntries(headers.keys().map((key) => [key, headers.get(key)])) : {},
    body: decode<T>(subject, message.data),
    seq: info.streamSequence,
    timeMs: Math.floor(info.timestampNanos / 1e6),
  };
}

import { headers as natsHeaders } from 'nats';
import type { Msg, MsgHdrs } from 'nats';
import type { Headers, MessageMeta } from './bus.ts';
import { decode } from './codec.ts';

/** A received message; headers are unpacked only when somebody looks. */
export class NatsMessage implements MessageMeta {
  protected readonly message: Msg;

  constructor(message: Msg) {
    this.message = message;
  }

  get subject(): string {
    return this.message.subject;
  }

  get headers(): Headers {
    const { headers } = this.message;
    return headers ? Object.fromEntries(headers.keys().map((key) => [key, headers.get(key)])) : {};
  }
}

/** A message of a stream. Its reply subject says where it stood: `$JS.ACK.[domain.account.]<stream>.…`. */
export class NatsStreamMessage<T> extends NatsMessage {
  readonly body: T;
  readonly seq: number;
  readonly timeMs: number;
  readonly redelivered: boolean;

  constructor(message: Msg) {
    super(message);
    this.body = decode<T>(message.subject, message.data);
    const tokens = message.reply?.split('.') ?? [];
    const [deliveries, seq, , timeNs] = tokens.slice(tokens.length > 9 ? 6 : 4);
    this.redelivered = Number(deliveries) > 1;
    this.seq = Number(seq);
    this.timeMs = Math.floor(Number(timeNs) / 1e6);
  }
}

/** Headers as the client wants them. */
export function toNatsHeaders(values: Headers): MsgHdrs {
  const headers = natsHeaders();
  for (const [key, value] of Object.entries(values)) headers.set(key, value);
  return headers;
}

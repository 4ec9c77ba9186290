import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

/** A graphql-ws client for one subscription over a socket of its own, which the test may cut. */
export interface Subscriber<Data> extends AsyncIterable<Data> {
  /** Cuts the connection as a broken line would: nothing is said, what is on its way is lost. */
  cut(): void;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

/** Subscribes. The iteration ends when the server completes, and throws when the connection is lost. */
export function subscribe<Data extends object>(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
  options: { readonly headers?: Record<string, string>; readonly connectionParams?: Record<string, unknown> } = {},
): Subscriber<Data> {
  const sockets: WebSocket[] = [];
  let close: (event: { code: number; reason: string }) => void = () => undefined;
  const closed = new Promise<{ code: number; reason: string }>((resolve) => (close = resolve));
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    retryAttempts: 0,
    webSocketImpl: class extends WebSocket {
      constructor(address: string, protocols: string[]) {
        super(address, protocols, { headers: options.headers ?? {} });
        sockets.push(this);
      }
    },
    ...(options.connectionParams && { connectionParams: options.connectionParams }),
    on: { closed: (event) => close(event as { code: number; reason: string }) },
  });
  const events = client.iterate<Data>({ query, variables });
  return {
    closed,
    cut: () => sockets.at(-1)?.terminate(),
    async *[Symbol.asyncIterator]() {
      try {
        for await (const { data, errors } of events) {
          if (errors) throw errors;
          if (data) yield data;
        }
      } catch (cause) {
        throw Array.isArray(cause)
          ? new Error(cause.map(({ message }: Error) => message).join('; '), { cause })
          : cause;
      }
    },
  };
}

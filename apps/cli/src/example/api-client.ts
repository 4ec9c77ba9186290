import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

/** Speaks with a gateway as any program from outside does: GraphQL, and its subscriptions. */
export class ApiClient {
  readonly #url: string;
  readonly #subscriptions;

  constructor(url: string) {
    this.#url = url;
    const socketUrl = `${url.replace(/^http/, 'ws')}/graphql`;
    this.#subscriptions = createClient({ url: socketUrl, webSocketImpl: WebSocket, retryAttempts: Infinity });
  }

  /** The data of a query or mutation. @throws {Error} with the messages of the errors. */
  async ask<Data>(query: string, variables: object): Promise<Data> {
    const response = await fetch(`${this.#url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as { data?: Data; errors?: readonly { message: string }[] };
    if (!data || errors?.length) throw new Error(errors?.map(({ message }) => message).join('\n') ?? 'no data');
    return data;
  }

  /** Each result of a subscription, until it completes or the signal is aborted. */
  async *subscribe<Data>(query: string, variables: object, signal: AbortSignal): AsyncGenerator<Data> {
    const results = this.#subscriptions.iterate<Data>({ query, variables: { ...variables } });
    const stop = (): void => void results.return?.();
    signal.addEventListener('abort', stop, { once: true });
    try {
      for await (const { data, errors } of results) {
        if (errors?.length) throw new Error(errors.map(({ message }) => message).join('\n'));
        if (data) yield data;
      }
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  async close(): Promise<void> {
    await this.#subscriptions.dispose();
  }
}

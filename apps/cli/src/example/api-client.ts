import { UserError } from '@tutti/service-kit';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

/** Speaks with a gateway as any program from outside does: GraphQL, its subscriptions, and one REST form. */
export class ApiClient {
  readonly #url: string;
  readonly #subscriptions;

  constructor(url: string) {
    this.#url = url;
    const socketUrl = `${url.replace(/^http/, 'ws')}/graphql`;
    this.#subscriptions = createClient({ url: socketUrl, webSocketImpl: WebSocket, retryAttempts: Infinity });
  }

  /** Saves the flows of a YAML text. @throws {UserError} IMPORT_FAILED with what the gateway says. */
  async importFlows(fileName: string, source: string): Promise<void> {
    const form = new FormData();
    form.append('fileUpload', new Blob([source], { type: 'application/x-yaml' }), fileName);
    const response = await fetch(`${this.#url}/api/v1/flows/import`, { method: 'POST', body: form });
    const text = await response.text();
    if (!response.ok) throw new UserError('IMPORT_FAILED', `${fileName} was refused (${response.status}): ${text}`);
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

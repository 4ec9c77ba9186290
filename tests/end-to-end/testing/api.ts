import { createClient } from 'graphql-ws';
import type { Client } from 'graphql-ws';
import { WebSocket } from 'ws';

/** An execution as the REST form answers it. */
export interface RestExecution {
  readonly id: string;
  readonly namespace: string;
  readonly flowId: string;
  readonly state: { readonly current: string };
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly trigger?: { readonly id: string; readonly variables: Readonly<Record<string, unknown>> };
}

/** A gateway as a user reaches it, by the forms that tutorials type. */
export class Api {
  readonly #url: string;
  readonly #subscriptions: Client;

  constructor(url: string) {
    this.#url = url;
    const socketUrl = `${url.replace(/^http/, 'ws')}/graphql`;
    this.#subscriptions = createClient({ url: socketUrl, webSocketImpl: WebSocket, retryAttempts: Infinity });
  }

  /** `curl -X POST …/flows/import -F fileUpload=@flow.yaml`. */
  async importFlows(source: string): Promise<readonly string[]> {
    const form = new FormData();
    form.append('fileUpload', new Blob([source]), 'flows.yaml');
    return (await this.#json('POST', '/api/v1/flows/import', form)) as readonly string[];
  }

  /** `curl -X POST …/executions/{namespace}/{flow} -F name=value`. */
  async execute(
    namespace: string,
    flowId: string,
    inputs: Readonly<Record<string, string>> = {},
    query = '',
  ): Promise<RestExecution> {
    const form = new FormData();
    for (const [name, value] of Object.entries(inputs)) form.append(name, value);
    return (await this.#json('POST', `/api/v1/executions/${namespace}/${flowId}${query}`, form)) as RestExecution;
  }

  async execution(id: string): Promise<RestExecution> {
    return (await this.#json('GET', `/api/v1/executions/${id}`)) as RestExecution;
  }

  /** The answer as it is, whatever its status. */
  request(method: string, path: string, body?: FormData | string): Promise<Response> {
    return fetch(this.#url + path, { method, ...(body !== undefined && { body }) });
  }

  /** The data of a query or mutation. */
  async ask<Data>(query: string, variables: object = {}): Promise<Data> {
    const response = await fetch(`${this.#url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as { data?: Data; errors?: readonly { message: string }[] };
    if (!data) throw new Error(errors?.map(({ message }) => message).join('\n') ?? `status ${response.status}`);
    return data;
  }

  /** Resolves with the first result of a subscription that is as wished. */
  async until<Data>(query: string, variables: object, isWished: (data: Data) => boolean): Promise<Data> {
    for await (const { data, errors } of this.#subscriptions.iterate<Data>({ query, variables: { ...variables } })) {
      if (errors?.length) throw new Error(errors.map(({ message }) => message).join('\n'));
      if (data && isWished(data)) return data;
    }
    throw new Error('the subscription ended before it was so');
  }

  /** The execution once it has ended. */
  async untilEnded(id: string): Promise<RestExecution> {
    const query = 'subscription ($id: ID!) { executionUpdated(id: $id) { ended } }';
    await this.until<{ executionUpdated: { ended: boolean } }>(query, { id }, (data) => data.executionUpdated.ended);
    return this.execution(id);
  }

  async close(): Promise<void> {
    await this.#subscriptions.dispose();
  }

  async #json(method: string, path: string, body?: FormData | string): Promise<unknown> {
    const response = await this.request(method, path, body);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return JSON.parse(text) as unknown;
  }
}

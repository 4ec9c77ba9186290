import { Agent, request } from 'node:http';
import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';

/** What a client of Tutti does in the benchmark: GraphQL by HTTP, subscriptions by graphql-ws. */
export class TuttiClient {
  readonly url: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 256 });
  readonly #subscriptions: Client;

  constructor(url: string) {
    this.url = url.replace('//localhost', '//127.0.0.1');
    this.#subscriptions = createClient({
      url: `${this.url.replace(/^http/, 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      lazy: false,
      retryAttempts: 5,
    });
  }

  /** Data of a query or mutation. @throws when there are errors. */
  async graphql<Data>(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<Data> {
    const answer = JSON.parse(await this.post('/graphql', JSON.stringify({ query, variables }))) as {
      data?: Data;
      errors?: unknown;
    };
    if (answer.errors || !answer.data) throw new Error(`GraphQL: ${JSON.stringify(answer.errors)}`);
    return answer.data;
  }

  post(path: string, body: string, contentType = 'application/json'): Promise<string> {
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': contentType, 'content-length': Buffer.byteLength(body) };
      const sent = request(`${this.url}${path}`, { method: 'POST', agent: this.#agent, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve(text));
        response.on('error', reject);
      });
      sent.on('error', reject).end(body);
    });
  }

  /** Calls `next` for each result until the returned function is called. */
  subscribe<Data>(query: string, variables: Readonly<Record<string, unknown>>, next: (data: Data) => void): () => void {
    return this.#subscriptions.subscribe<Data>(
      { query, variables },
      {
        next: ({ data }) => data && next(data),
        error: (error) => console.error('subscription failed', error),
        complete: () => undefined,
      },
    );
  }

  async saveFlow(source: string): Promise<void> {
    const { saveFlow } = await this.graphql<{ saveFlow: { errors: { message: string }[] } }>(
      'mutation ($source: String!) { saveFlow(input: { source: $source }) { errors { message } } }',
      { source },
    );
    if (saveFlow.errors.length > 0) throw new Error(saveFlow.errors.map(({ message }) => message).join('\n'));
  }

  async close(): Promise<void> {
    this.#agent.destroy();
    await this.#subscriptions.dispose();
  }
}

import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BigQueryStandIn } from './bigquery-stand-in.ts';
import { serve } from './http.ts';
import type { Route } from './http.ts';
import { StorageStandIn } from './storage-stand-in.ts';

/**
 * A stand-in for the parts of Google Cloud that the tests need, on a free port of this machine. It answers Google's own
 * clients, but it is neither Cloud Storage nor BigQuery: SQL is run by DuckDB.
 */
export class GoogleCloudStandIn {
  readonly storage: StorageStandIn;
  readonly bigquery: BigQueryStandIn;
  /** `METHOD path` of each request. */
  readonly requests: string[] = [];
  /** Authorization headers that came. */
  readonly authorizations: string[] = [];
  readonly #folder: string;
  readonly #server: Server;

  private constructor(folder: string, bigquery: BigQueryStandIn, storage: StorageStandIn) {
    this.#folder = folder;
    this.storage = storage;
    this.bigquery = bigquery;
    const routes: readonly Route[] = [...storage.routes, ...bigquery.routes];
    this.#server = createServer((request, response) => {
      this.requests.push(`${request.method} ${request.url?.split('?')[0]}`);
      if (request.headers.authorization !== undefined) this.authorizations.push(request.headers.authorization);
      serve(routes, request, response).catch((error: unknown) => response.destroy(error as Error));
    });
  }

  static async start(): Promise<GoogleCloudStandIn> {
    const folder = await mkdtemp(join(tmpdir(), 'tutti-google-cloud-'));
    const storage = new StorageStandIn(folder);
    const standIn = new GoogleCloudStandIn(folder, await BigQueryStandIn.open(storage), storage);
    await new Promise<void>((resolve) => standIn.#server.listen(0, '127.0.0.1', resolve));
    return standIn;
  }

  /** What the property `endpoint` is set to. */
  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    this.bigquery.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '@tutti/service-kit';
import { ApiClient } from './example/api-client.ts';
import { serveFolder } from './example/file-server.ts';
import { paintFor } from './example/paint.ts';
import { watchExecution } from './example/watch-execution.ts';
import { repositoryRoot } from './repository-root.ts';
import type { Tutti } from './start-tutti.ts';

/** What the example gets. */
export interface ExampleContext {
  readonly tutti: Tutti;
  readonly print: (text: string) => void;
  /** Aborted when the user wants to stop. */
  readonly signal: AbortSignal;
}

const NAMESPACE = 'tutti.examples';

const SAVE_FLOW = `mutation ($input: SaveFlowInput!) {
  saveFlow(input: $input) { errors { message hint line column } }
}`;
const SET_KEY_VALUE = `mutation ($input: SetKeyValueInput!) {
  setKeyValue(input: $input) { errors { message hint } }
}`;
const CREATE_EXECUTION = `mutation ($input: CreateExecutionInput!) {
  createExecution(input: $input) { execution { id } errors { message hint } }
}`;

interface Payload {
  readonly execution?: { readonly id: string } | null;
  readonly errors: readonly {
    readonly message: string;
    readonly hint: string | null;
    readonly line?: number | null;
    readonly column?: number | null;
  }[];
}

/**
 * Serves the data of the examples, saves their flows, runs the main one and shows its log and tasks live until it ends.
 * Doing it again changes nothing: flows that have not changed keep their revision, and trips come in only once.
 * @throws {UserError} EXAMPLE_FAILED when a flow is refused, or the execution ends otherwise than well.
 */
export async function runExample({ tutti, print, signal }: ExampleContext): Promise<void> {
  const folder = join(repositoryRoot(), 'examples');
  const files = await serveFolder(join(folder, 'data'));
  signal.addEventListener('abort', () => files.close(), { once: true });
  const api = new ApiClient(tutti.url);
  try {
    await setAddresses(api, tutti, files.url);
    await saveFlows(api, folder);
    await runMain(api, { tutti, print, signal });
  } finally {
    await api.close();
  }
}

/** Where the flows find data and database, as key-value pairs of their namespace. */
async function setAddresses(api: ApiClient, { dataDatabase }: Tutti, filesUrl: string): Promise<void> {
  const values = {
    example_data_url: `${filesUrl}/releases`,
    example_products_url: `${filesUrl}/products.json`,
    ...(dataDatabase && {
      example_jdbc_url: dataDatabase.jdbcUrl,
      example_jdbc_user: dataDatabase.user,
      example_jdbc_password: dataDatabase.password,
    }),
  };
  for (const [key, value] of Object.entries(values)) {
    const input = { namespace: NAMESPACE, key, value, type: 'STRING' };
    expectDone((await api.ask<{ setKeyValue: Payload }>(SET_KEY_VALUE, { input })).setKeyValue);
  }
}

/** Every flow of every folder. */
async function saveFlows(api: ApiClient, folder: string): Promise<void> {
  for (const path of await readdir(folder, { recursive: true })) {
    if (!path.endsWith('.yaml')) continue;
    const input = { source: await readFile(join(folder, path), 'utf8') };
    expectDone((await api.ask<{ saveFlow: Payload }>(SAVE_FLOW, { input })).saveFlow, path);
  }
}

async function runMain(api: ApiClient, { tutti, print, signal }: ExampleContext): Promise<void> {
  const paint = paintFor(process.stdout.isTTY && !process.env['NO_COLOR']);
  const flowId = tutti.dataDatabase ? 'postgres_taxi' : 'getting_started';
  const input = { namespace: NAMESPACE, flowId, labels: [{ key: 'example', value: 'true' }] };
  const { createExecution } = await api.ask<{ createExecution: Payload }>(CREATE_EXECUTION, { input });
  expectDone(createExecution);
  const { id } = createExecution.execution!;
  print(`${paint.bold(`${NAMESPACE}.${flowId}`)} ${paint.dim(`execution ${id}`)}\n`);
  const end = await watchExecution({ api, id, print, paint, signal });
  if (!end) return;
  print('');
  if (end.state !== 'SUCCESS')
    throw new UserError('EXAMPLE_FAILED', `The execution ${id} ended ${end.state}.`, {
      hint: 'Its log above says why.',
    });
  print(`  More in examples/README.md: what it did, and how to run it for another month.\n`);
}

function expectDone({ errors }: Payload, file?: string): void {
  const [first] = errors;
  if (!first) return;
  const place = file && first.line ? `${file}:${first.line}:${first.column ?? 1}: ` : '';
  throw new UserError('EXAMPLE_FAILED', place + first.message, first.hint ? { hint: first.hint } : {});
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus } from '@tutti/bus';
import type { Bus } from '@tutti/bus';
import { TestNatsServer } from '@tutti/bus/testing';
import type { ExecutionSnapshot, LogLevel, TaskRunState } from '@tutti/contracts';
import type { Database } from '@tutti/database';
import { createTestDatabase } from '@tutti/database/testing';
import { Metrics, silentLogger, systemClock } from '@tutti/service-kit';
import { openLocalStorage } from '@tutti/storage';
import type { Storage } from '@tutti/storage';
import { inject } from 'vitest';
import { readGatewayConfig } from '../config.ts';
import { serveGateway } from '../index.ts';

/** A gateway over a real NATS and a real PostgreSQL; the test plays the other services at the bus and the tables. */
export interface World {
  readonly url: string;
  readonly port: number;
  /** A connection of the other services. */
  readonly others: Bus;
  /** May write every table. */
  readonly owner: Database;
  readonly storage: Storage;
  readonly nats: TestNatsServer;
  graphql(query: string, variables?: object): Promise<GraphqlAnswer>;
  rest(path: string, init?: RequestInit): Promise<Response>;
  insertExecution(execution: Partial<ExecutionSnapshot> & { readonly id: string }): Promise<void>;
  insertTaskRun(executionId: string, n: number, taskId: string, state: TaskRunState): Promise<void>;
  /** Stores lines as the executor does; returns their ids. */
  insertLogs(executionId: string, lines: readonly NewLine[]): Promise<number[]>;
  stop(): Promise<void>;
}

export interface NewLine {
  readonly source: 0 | 1;
  readonly message: string;
  readonly atMs?: number;
  readonly level?: LogLevel;
}

// What a test finds in an answer is its own business.
export interface GraphqlAnswer {
  readonly data?: Readonly<Record<string, never>> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: Readonly<Record<string, unknown>> }[];
}

export const AT_MS = Date.UTC(2026, 0, 31, 12);
const LEVELS: readonly LogLevel[] = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR'];

/** Starts one; `env` are further settings of the gateway. */
export async function startWorld(env: Readonly<Record<string, string>> = {}): Promise<World> {
  const [nats, database, folder] = await Promise.all([
    TestNatsServer.start(inject('natsServerBinary')),
    createTestDatabase(),
    mkdtemp(join(tmpdir(), 'tutti-gateway-')),
  ]);
  const [bus, others] = await Promise.all(
    ['gateway', 'others'].map((name) => connectBus({ url: nats.url, name, log: silentLogger })),
  );
  if (!bus || !others) throw new Error('no bus');
  const storage = await openLocalStorage(folder);
  const config = readGatewayConfig({ TUTTI_GATEWAY_PORT: '0', ...env });
  const gateway = await serveGateway({ config, bus, database: database.as('gateway'), storage, clock: systemClock, log: silentLogger, metrics: new Metrics() }); // prettier-ignore
  const url = `http://127.0.0.1:${gateway.port}`;
  return {
    url,
    port: gateway.port,
    others,
    owner: database.owner,
    storage,
    nats,
    graphql: async (query, variables = {}) => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as GraphqlAnswer;
    },
    rest: (path, init) => fetch(`${url}/api/v1${path}`, init),
    insertExecution: (execution) => insertExecution(database.owner, execution),
    insertTaskRun: async (executionId, n, taskId, state) => {
      await database.owner.execute(
        `INSERT INTO executor.task_runs (execution_id, n, task_id, state, attempt, histories, attempts)
         VALUES ($1, $2, $3, $4, 1, $5, '[]')`,
        [executionId, n, taskId, state, JSON.stringify([['CREATED', AT_MS]])],
      );
    },
    insertLogs: (executionId, lines) => insertLogs(database.owner, executionId, lines),
    async stop() {
      await gateway.stop();
      await Promise.all([bus.drain(), others.drain()]);
      await database.drop();
      await nats.destroy();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** An execution as the executor tells of it. */
export function snapshot(execution: Partial<ExecutionSnapshot> & { readonly id: string }): ExecutionSnapshot {
  return {
    namespace: 'company.team',
    flowId: 'hello',
    flowRevision: 1,
    state: 'CREATED',
    version: 1,
    histories: [{ state: 'CREATED', atMs: AT_MS }],
    labels: [],
    originalId: execution.id,
    attemptNumber: 1,
    createdAtMs: AT_MS,
    ...execution,
  };
}

async function insertExecution(
  owner: Database,
  given: Partial<ExecutionSnapshot> & { readonly id: string },
): Promise<void> {
  const execution = snapshot(given);
  await owner.execute(
    `INSERT INTO executor.executions (id, namespace, flow_id, flow_revision, state, version, labels, inputs, outputs,
       created_at_ms, ended_at_ms, histories, task_run_count, attempt_number, partition)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, 1, 0)
     ON CONFLICT (id) DO UPDATE SET state = excluded.state, version = excluded.version, ended_at_ms = excluded.ended_at_ms,
       histories = excluded.histories, outputs = excluded.outputs`,
    [
      execution.id,
      execution.namespace,
      execution.flowId,
      execution.flowRevision,
      execution.state,
      execution.version,
      JSON.stringify(execution.labels),
      JSON.stringify(execution.inputs ?? {}),
      JSON.stringify(execution.outputs ?? {}),
      execution.createdAtMs,
      execution.endedAtMs ?? null,
      JSON.stringify(execution.histories.map(({ state, atMs }) => [state, atMs])),
    ],
  );
}

async function insertLogs(owner: Database, executionId: string, lines: readonly NewLine[]): Promise<number[]> {
  const rows = await owner.query<{ id: number }>(
    `INSERT INTO executor.logs (execution_id, at_ms, source, level, message, task_id)
     SELECT $1, at_ms, source, level, message, 'task' FROM unnest($2::int8[], $3::int2[], $4::int2[], $5::text[])
       WITH ORDINALITY AS line(at_ms, source, level, message, place) ORDER BY place RETURNING id`,
    [
      executionId,
      lines.map(({ atMs }) => atMs ?? AT_MS),
      lines.map(({ source }) => source),
      lines.map(({ level }) => LEVELS.indexOf(level ?? 'INFO')),
      lines.map(({ message }) => message),
    ],
  );
  return rows.map(({ id }) => id);
}

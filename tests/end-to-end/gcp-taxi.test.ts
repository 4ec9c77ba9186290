import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GoogleCloudStandIn } from '@tutti/plugin-gcp/testing';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { TuttiInstance } from './testing/tutti-instance.ts';

const FLOWS = ['gcp-kv', 'gcp-setup', 'gcp-taxi', 'gcp-taxi-scheduled'];
const RELEASES = join(import.meta.dirname, '../../examples/data/releases');
const COUNT_FLOW = `id: count
namespace: zoomcamp
inputs: [{id: table, type: STRING}]
tasks:
  - id: count
    type: gcp.bigquery.Query
    projectId: "{{ kv('GCP_PROJECT_ID') }}"
    sql: SELECT COUNT(*) AS trips, COUNT(DISTINCT filename) AS files FROM {{ kv('GCP_DATASET') }}.{{ inputs.table }}
    fetchOne: true
outputs:
  - {id: row, type: JSON, value: "{{ outputs.count.row }}"}
`;
const ENDLESS_FLOW = `id: endless
namespace: zoomcamp
inputs: [{id: timeout, type: STRING}]
tasks:
  - id: count
    type: gcp.bigquery.Query
    timeout: "{{ inputs.timeout }}"
    projectId: "{{ kv('GCP_PROJECT_ID') }}"
    sql: SELECT COUNT(*) FROM range(100000000000) a, range(1000) b
`;
const GREEN_TRIPS = 8;
const YELLOW_TRIPS = 5_000;

let cloud: GoogleCloudStandIn;
let instance: TuttiInstance;
beforeAll(async () => {
  cloud = await GoogleCloudStandIn.start();
  vi.stubEnv('TUTTI_GCP_STORAGE_ENDPOINT', cloud.endpoint);
  vi.stubEnv('TUTTI_GCP_BIGQUERY_ENDPOINT', cloud.endpoint);
  instance = await TuttiInstance.start();
  for (const source of [...(await Promise.all(FLOWS.map(sourceOf))), COUNT_FLOW, ENDLESS_FLOW])
    await instance.api.importFlows(source);
  await run('gcp_kv');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await instance.destroy();
  await cloud.stop();
});

it.each(FLOWS)('finds no fault in %s', async (name) => {
  const query = 'query ($source: String!) { validateFlow(source: $source) { findings { severity reason message } } }';
  const { validateFlow } = await instance.api.ask<{ validateFlow: { findings: { severity: string }[] }[] }>(query, {
    source: await sourceOf(name),
  });
  expect(validateFlow.flatMap(({ findings }) => findings).filter(({ severity }) => severity !== 'INFO')).toEqual([]);
});

it('creates bucket and dataset, and leaves them alone the second time', async () => {
  await run('gcp_setup');
  await run('gcp_setup');
  expect(cloud.storage.bucket('your-name-kestra')).toMatchObject({ storageClass: 'REGIONAL' });
});

it('loads a month without duplicates, however often', async () => {
  await run('gcp_taxi');
  expect(await count('green_tripdata')).toEqual({ trips: GREEN_TRIPS, files: 1 });
  await run('gcp_taxi');
  expect(await count('green_tripdata')).toEqual({ trips: GREEN_TRIPS, files: 1 });
});

it('loads yellow trips into a table of their own', async () => {
  await run('gcp_taxi', { taxi: 'yellow' });
  expect(await count('yellow_tripdata')).toEqual({ trips: YELLOW_TRIPS, files: 1 });
});

it('loads the months that a backfill asks for', async () => {
  const trigger = { namespace: 'zoomcamp', flowId: 'gcp_taxi_scheduled', triggerId: 'green_schedule' };
  const input = { trigger, start: '2019-01-01T00:00:00Z', end: '2019-01-31T00:00:00Z' };
  await instance.api.ask('mutation ($input: BackfillInput!) { backfill(input: $input) { errors { message } } }', { input }); // prettier-ignore
  const { id } = await vi.waitUntil(findScheduled, { timeout: 30_000 });
  expect((await instance.api.untilEnded(id)).state.current).toBe('SUCCESS');
  expect(await count('green_tripdata')).toEqual({ trips: GREEN_TRIPS, files: 1 });
});

it('cancels the job of an execution that is killed, and of a task that takes too long', async () => {
  const jobsOf = (executionId: string) =>
    [...cloud.bigquery.jobs.values()].filter(({ configuration: { labels } }) => labels?.['tutti_execution'] === executionId.toLowerCase()); // prettier-ignore
  const stopped = (executionId: string) => vi.waitUntil(() => jobsOf(executionId)[0]?.fault?.reason === 'stopped', { timeout: 10_000 }); // prettier-ignore
  const { id } = await instance.api.execute('zoomcamp', 'endless', { timeout: 'PT1H' });
  await vi.waitUntil(() => jobsOf(id).length > 0, { timeout: 10_000 });
  await instance.api.request('DELETE', `/api/v1/executions/${id}/kill`);
  expect((await instance.api.untilEnded(id)).state.current).toBe('KILLED');
  await stopped(id);
  const slow = await instance.api.execute('zoomcamp', 'endless', { timeout: 'PT1S' });
  expect((await instance.api.untilEnded(slow.id)).state.current).toBe('FAILED');
  await stopped(slow.id);
});

it('sends no credentials over plain http, and shows none', async () => {
  expect(cloud.authorizations).toEqual([]);
  const { executions } = await instance.api.ask<{ executions: { nodes: { id: string }[] } }>('{ executions(first: 50, filter: {namespace: {eq: "zoomcamp"}}) { nodes { id } } }'); // prettier-ignore
  expect(executions.nodes.length).toBeGreaterThan(5);
  for (const { id } of executions.nodes) {
    const seen = await instance.api.request('GET', `/api/v1/executions/${id}`);
    expect(`${await seen.text()}${await logOf(id)}`).not.toContain('Tm9ib2R5');
  }
});

async function sourceOf(name: string): Promise<string> {
  const source = await readFile(join(import.meta.dirname, 'gcp-taxi', `${name}.yaml`), 'utf8');
  return source.replace('RELEASES', RELEASES);
}

async function run(flowId: string, inputs: Readonly<Record<string, string>> = {}) {
  const { id } = await instance.api.execute('zoomcamp', flowId, inputs);
  const ended = await instance.api.untilEnded(id);
  if (ended.state.current !== 'SUCCESS') throw new Error(await logOf(id));
  return ended;
}

async function logOf(id: string): Promise<string> {
  return (await instance.api.request('GET', `/api/v1/logs/${id}/download`)).text();
}

async function count(table: string): Promise<unknown> {
  return (await run('count', { table })).outputs?.['row'];
}

async function findScheduled(): Promise<{ readonly id: string } | undefined> {
  const query = '{ executions(first: 1, filter: {namespace: {eq: "zoomcamp"}, flowId: {eq: "gcp_taxi_scheduled"}}) { nodes { id } } }'; // prettier-ignore
  return (await instance.api.ask<{ executions: { nodes: { id: string }[] } }>(query)).executions.nodes[0];
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunContext } from '@tutti/plugin-sdk';
import { expect, it } from 'vitest';
import { reportRunResults } from './run-results.ts';

/** What is told of results as dbt writes them. */
async function report(results: readonly object[]) {
  const [log, metrics] = [[] as string[], [] as string[]];
  const at = (level: string) => (message: string) => void log.push(`${level} ${message}`);
  const measure = (name: string, value: number, tags = {}) => void metrics.push(`${name} ${value} ${JSON.stringify(tags)}`); // prettier-ignore
  const context = { log: { info: at('INFO'), warn: at('WARN'), error: at('ERROR') }, counter: measure, timer: measure };
  const folder = await mkdtemp(join(tmpdir(), 'tutti-dbt-results-'));
  try {
    await writeFile(join(folder, 'run_results.json'), JSON.stringify({ metadata: {}, results, elapsed_time: 1 }));
    const summary = await reportRunResults(context as unknown as RunContext, join(folder, 'run_results.json'));
    return { ...summary, log, metrics };
  } finally {
    await rm(folder, { recursive: true });
  }
}

it('tells how each node ended, at the level that fits, and counts what the database says', async () =>
  expect(
    await report([
      { unique_id: 'model.a', status: 'success', execution_time: 1.234, message: 'SELECT 7', failures: null, adapter_response: { _message: 'SELECT 7', rows_affected: 7, bytes_processed: 100 } }, // prettier-ignore
      { unique_id: 'test.b', status: 'fail', execution_time: 0.5, message: 'Got 3 results', failures: 3, adapter_response: {} }, // prettier-ignore
      { unique_id: 'test.c', status: 'warn', execution_time: 0, message: null },
      { unique_id: 'model.d', status: 'skipped', message: ' ', adapter_response: { rows_affected: -1 } },
    ]),
  ).toEqual({
    counts: { success: 1, fail: 1, warn: 1, skipped: 1 },
    failed: ['test.b'],
    log: [
      'INFO model.a success in 1.23 s: SELECT 7',
      'ERROR test.b fail in 0.50 s, 3 rows: Got 3 results',
      'WARN test.c warn in 0.00 s',
      'INFO model.d skipped',
    ],
    metrics: [
      'node.duration 1234 {"node":"model.a","status":"success"}',
      'rows.affected 7 {"node":"model.a"}',
      'bytes.processed 100 {"node":"model.a"}',
      'node.duration 500 {"node":"test.b","status":"fail"}',
      'node.duration 0 {"node":"test.c","status":"warn"}',
      'nodes.success 1 {}',
      'nodes.fail 1 {}',
      'nodes.warn 1 {}',
      'nodes.skipped 1 {}',
    ],
  }));

it('tells nothing of a run without nodes', async () =>
  expect(await report([])).toEqual({ counts: {}, failed: [], log: [], metrics: [] }));

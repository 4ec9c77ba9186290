import { readFile } from 'node:fs/promises';
import type { RunContext } from '@tutti/plugin-sdk';

/** What run_results.json says of a node; the fields that its versions 4 to 6 share. */
interface NodeResult {
  readonly unique_id: string;
  readonly status: string;
  readonly execution_time?: number;
  readonly message?: string | null;
  readonly failures?: number | null;
  readonly adapter_response?: Readonly<Record<string, unknown>>;
}

/** How the nodes of a run ended. */
export interface RunSummary {
  /** Number of nodes by status. */
  readonly counts: Readonly<Record<string, number>>;
  /** Nodes that failed. */
  readonly failed: readonly string[];
}

const FAILED = new Set(['error', 'fail', 'runtime error', 'partial success']);

/** Tells in log and metrics how each node ended. */
export async function reportRunResults(context: RunContext, file: string): Promise<RunSummary> {
  const { results = [] } = JSON.parse(await readFile(file, 'utf8')) as { readonly results?: readonly NodeResult[] };
  const counts: Record<string, number> = {};
  for (const node of results) {
    counts[node.status] = (counts[node.status] ?? 0) + 1;
    logNode(context, node);
    measureNode(context, node);
  }
  for (const [status, count] of Object.entries(counts)) context.counter(`nodes.${status}`, count);
  return { counts, failed: results.filter(({ status }) => FAILED.has(status)).map((node) => node.unique_id) };
}

function logNode(
  { log }: RunContext,
  { unique_id: id, status, execution_time: seconds, message, failures }: NodeResult,
): void {
  const took = seconds === undefined ? '' : ` in ${seconds.toFixed(2)} s`;
  const rows = typeof failures === 'number' && failures > 0 ? `, ${failures} rows` : '';
  const said = message === undefined || message === null || message.trim() === '' ? '' : `: ${message.trim()}`;
  const line = `${id} ${status}${took}${rows}${said}`;
  if (FAILED.has(status)) log.error(line);
  else if (status === 'warn') log.warn(line);
  else log.info(line);
}

function measureNode(
  context: RunContext,
  { unique_id: node, status, execution_time: seconds, adapter_response: response = {} }: NodeResult,
): void {
  if (seconds !== undefined) context.timer('node.duration', seconds * 1000, { node, status });
  for (const [name, metric] of METRICS) {
    const value = Number(response[name] ?? Number.NaN);
    if (Number.isFinite(value) && value >= 0) context.counter(metric, value, { node });
  }
}

/** What adapters answer that is worth counting. */
const METRICS = [
  ['rows_affected', 'rows.affected'],
  ['bytes_processed', 'bytes.processed'],
] as const;

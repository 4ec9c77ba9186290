import type { FlowFinding, FlowRecord } from '@tutti/contracts';
import { parse } from 'yaml';
import { RestError } from '../http/error-envelope.ts';
import { isoDate } from './iso.ts';

/** Aliases that a document may use; one that explodes is refused when it is saved. */
const MAX_ALIASES = 1_000;

/** A flow in the form of Kestra's API: the document as it was written, with what the registry adds. */
export function flowJson(record: FlowRecord, withSource: boolean): Record<string, unknown> {
  const { labels, ...document } = documentOf(record.source);
  return {
    ...document,
    id: record.id,
    namespace: record.namespace,
    revision: record.revision,
    disabled: record.disabled,
    deleted: record.deleted,
    updated: isoDate(record.updatedAtMs),
    ...(labels !== undefined && { labels: labelList(labels) }),
    ...(withSource && { source: record.source }),
  };
}

/** A flow as executions show it: what there is to do, without how. */
export function reducedFlowJson(record: FlowRecord): Record<string, unknown> {
  const { tasks, ...flow } = flowJson(record, false);
  const reduced = Array.isArray(tasks)
    ? tasks.map((task: { id?: unknown; type?: unknown }) => ({ id: task.id, type: task.type }))
    : [];
  return { id: flow['id'], namespace: flow['namespace'], revision: flow['revision'], tasks: reduced };
}

/** 422 with every fault at its place. */
export function invalidFlow(findings: readonly FlowFinding[]): RestError {
  const faults = findings.filter(({ severity }) => severity === 'ERROR');
  const lines = faults.map(({ path, message, hint, line, column }) => {
    const place = line === undefined ? '' : ` (line ${line}, column ${column ?? 1})`;
    return `${path ? `${path}: ` : ''}${message}${place}${hint ? ` ${hint}` : ''}`;
  });
  const errors = faults.map(({ message, path, hint, line, column, code }) => ({
    message,
    path,
    code,
    ...(hint && { hint }),
    ...(line !== undefined && { line }),
    ...(column !== undefined && { column }),
  }));
  return new RestError(422, `Invalid entity: ${lines.join('\n')}`, { errors });
}

function documentOf(source: string): Record<string, unknown> {
  const document: unknown = parse(source, { maxAliasCount: MAX_ALIASES, logLevel: 'silent' });
  return typeof document === 'object' && document !== null ? { ...document } : {};
}

/** Labels are written as a map or as a list, and answered as a list. */
function labelList(labels: unknown): unknown {
  if (Array.isArray(labels) || typeof labels !== 'object' || labels === null) return labels;
  return Object.entries(labels).map(([key, value]) => ({ key, value: String(value) }));
}

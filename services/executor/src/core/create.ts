import type { JsonMap, Label, TriggerContext } from '@tutti/contracts';
import type { Plan } from '@tutti/flow-model';
import { emptyDerived, NO_CHILDREN, NOTHING_OPEN } from './derived.ts';
import type { Execution } from './state.ts';

export const CORRELATION_LABEL = 'system.correlationId';

/** What an execution is made of; inputs are checked and typed already. */
export interface NewExecution {
  readonly id: string;
  readonly inputs: JsonMap;
  readonly createdAtMs: number;
  /** Win over the flow's own. */
  readonly labels?: readonly Label[];
  /** From a parent; the flow's own win over them. */
  readonly inheritedLabels?: readonly Label[];
  readonly trigger?: TriggerContext;
  readonly parent?: NonNullable<Execution['parent']>;
  readonly originalId?: string;
  readonly attemptNumber?: number;
  readonly scheduleAtMs?: number;
  /** The flow's own when absent. */
  readonly variables?: JsonMap;
}

/** A new execution, CREATED, at version 0. */
export function createExecution(plan: Plan, request: NewExecution): Execution {
  const { flow } = plan;
  const { id, inputs, trigger, parent, scheduleAtMs, createdAtMs } = request;
  return {
    id,
    namespace: flow.namespace,
    flowId: flow.id,
    flowRevision: flow.revision,
    plan,
    inputs,
    ...(trigger && { trigger }),
    ...(parent && { parent }),
    originalId: request.originalId ?? id,
    attemptNumber: request.attemptNumber ?? 1,
    ...(scheduleAtMs !== undefined && { scheduleAtMs }),
    createdAtMs,
    state: 'CREATED',
    histories: [{ state: 'CREATED', atMs: createdAtMs }],
    version: 0,
    labels: labelsOf(plan, request),
    variables: request.variables ?? flow.variables,
    taskRunCount: 0,
    note: {},
    taskRuns: new Map(),
    tally: NO_CHILDREN,
    counts: NOTHING_OPEN,
    derived: emptyDerived(),
  };
}

function labelsOf({ flow }: Plan, { id, labels = [], inheritedLabels = [] }: NewExecution): readonly Label[] {
  const all = new Map<string, string>([[CORRELATION_LABEL, id]]);
  for (const { key, value } of inheritedLabels) all.set(key, value);
  for (const [key, value] of Object.entries(flow.labels)) all.set(key, value);
  for (const { key, value } of labels) all.set(key, value);
  return [...all].map(([key, value]) => ({ key, value }));
}

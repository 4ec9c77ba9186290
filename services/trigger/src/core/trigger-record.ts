import type { CreateExecution, JsonMap, Label } from '@tutti/contracts';
import type { TriggerDefinition } from '@tutti/flow-model';

/** The kinds of triggers this service knows how to fire. */
export type TriggerKind = 'schedule' | 'scheduleOnDates' | 'webhook' | 'flow';

/** What a trigger needs to know of the flow it belongs to. */
export interface TriggerFlow {
  readonly namespace: string;
  readonly id: string;
  readonly revision: number;
  readonly disabled: boolean;
  readonly variables: JsonMap;
}

/** A run over dates of the past, one after the other. */
export interface BackfillState {
  /** Tells two backfills over the same dates apart. */
  readonly createdAtMs: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly currentDateMs: number;
  readonly paused: boolean;
  readonly inputs?: JsonMap;
  readonly labels?: readonly Label[];
}

/** A trigger as it is kept. Times are Unix ms. */
export interface TriggerRecord {
  readonly kind: TriggerKind;
  readonly definition: TriggerDefinition;
  readonly flow: TriggerFlow;
  /** What counts: the switch that people toggle, or the flow's when it was saved last. */
  readonly disabled: boolean;
  readonly lastDateMs?: number;
  /** Next date of the schedule itself, also while a backfill runs. */
  readonly nextDateMs?: number;
  /** The execution it has started, or is about to, and waits for; with `allowConcurrent` only until it is created. */
  readonly executionId?: string;
  /** The request for that execution, to be repeated when nobody confirms it. */
  readonly owed?: CreateExecution;
  readonly backfill?: BackfillState;
}

/** `namespace/flow/trigger`: names a trigger in logs and in what is derived from it. */
export function triggerName({ flow, definition }: Pick<TriggerRecord, 'flow' | 'definition'>): string {
  return `${flow.namespace}/${flow.id}/${definition.id}`;
}

/** Variables that every template of a trigger may use, beside `trigger`. */
export function flowVariables(flow: TriggerFlow): JsonMap {
  return {
    flow: { id: flow.id, namespace: flow.namespace, revision: flow.revision },
    namespace: { id: flow.namespace },
    vars: flow.variables,
  };
}

import type { JsonMap, Label } from './execution.ts';

/** A trigger's state. Times are Unix ms. */
export interface TriggerState {
  readonly namespace: string;
  readonly flowId: string;
  readonly triggerId: string;
  readonly type: string;
  readonly disabled: boolean;
  /** The date it fired for last. */
  readonly lastDateMs?: number;
  readonly nextDateMs?: number;
  /** The execution it started and waits for. */
  readonly executionId?: string;
  readonly backfill?: Backfill;
  readonly updatedAtMs: number;
}

export interface Backfill {
  readonly startMs: number;
  readonly endMs: number;
  readonly currentDateMs: number;
  readonly paused: boolean;
  readonly inputs?: JsonMap;
  readonly labels?: readonly Label[];
}

/** `cmd.trigger.list`. */
export interface ListTriggers {
  readonly namespace?: string;
  readonly flowId?: string;
}
export interface ListTriggersReply {
  readonly triggers: readonly TriggerState[];
}

export interface TriggerRef {
  readonly namespace: string;
  readonly flowId: string;
  readonly triggerId: string;
}
/** `cmd.trigger.set-disabled`. */
export interface SetTriggerDisabled extends TriggerRef {
  readonly disabled: boolean;
}
/** `cmd.trigger.backfill`; `pause`, `unpause` and `delete` act on the one there is. */
export interface BackfillTrigger extends TriggerRef {
  readonly action: 'create' | 'pause' | 'unpause' | 'delete';
  readonly startMs?: number;
  readonly endMs?: number;
  readonly inputs?: JsonMap;
  readonly labels?: readonly Label[];
}
/** `cmd.trigger.unlock`: forget the execution it waits for. */
export type UnlockTrigger = TriggerRef;
export interface TriggerReply {
  readonly trigger: TriggerState;
}

/** `cmd.trigger.webhook`: an HTTP call that reached a webhook's address. */
export interface WebhookCall {
  readonly namespace: string;
  readonly flowId: string;
  readonly key: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  /** Raw text of the body; parsed by the trigger service when it is JSON. */
  readonly body?: string;
  readonly idempotencyKey?: string;
}
export type WebhookReply =
  | { readonly outcome: 'started'; readonly executionId: string; readonly triggerId: string; readonly wait: boolean; readonly returnOutputs: boolean } // prettier-ignore
  | { readonly outcome: 'condition-false' }
  | { readonly outcome: 'not-found'; readonly message: string };

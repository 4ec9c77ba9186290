import { createHash, timingSafeEqual } from 'node:crypto';
import type { ExecutionSnapshot } from '@tutti/contracts';
import type { Expressions, Vars } from '@tutti/expressions';
import type { Logger } from '@tutti/service-kit';
import { readFlowWatch } from './core/flow-watch.ts';
import type { FlowWatch } from './core/flow-watch.ts';
import { textOf } from './core/text-of.ts';
import { timeZone } from './core/time-zone.ts';
import { flowVariables, triggerName } from './core/trigger-record.ts';
import type { StoredTrigger } from './store/trigger-row.ts';

interface Webhook {
  readonly keyDigest: Buffer;
  readonly trigger: StoredTrigger;
}

/** A flow trigger, read. */
export interface WatchingTrigger {
  readonly trigger: StoredTrigger;
  readonly watch: FlowWatch;
}

interface Entry {
  readonly webhooks: readonly Webhook[];
  readonly triggers: readonly StoredTrigger[];
}

export interface TriggerIndexDeps {
  readonly expressions: Expressions;
  readonly serverZone: string;
  readonly log: Logger;
}

/** What calls and events are matched against, in memory: the triggers of every flow. */
export class TriggerIndex {
  readonly #deps: TriggerIndexDeps;
  readonly #flows = new Map<string, Entry>();
  /** Only flows that have some: every execution that ends is held against all of them. */
  readonly #watching = new Map<string, readonly WatchingTrigger[]>();

  constructor(deps: TriggerIndexDeps) {
    this.#deps = deps;
  }

  /** Takes the triggers of a flow as they are now. */
  async set(namespace: string, flowId: string, triggers: readonly StoredTrigger[]): Promise<void> {
    const webhooks = await Promise.all(
      triggers.filter(({ kind }) => kind === 'webhook').map((each) => this.#webhook(each)),
    );
    const watches = triggers.filter(({ kind }) => kind === 'flow').flatMap((each) => this.#watch(each));
    this.#flows.set(keyOf(namespace, flowId), { webhooks: webhooks.flat(), triggers });
    if (watches.length > 0) this.#watching.set(keyOf(namespace, flowId), watches);
    else this.#watching.delete(keyOf(namespace, flowId));
  }

  delete(namespace: string, flowId: string): void {
    this.#flows.delete(keyOf(namespace, flowId));
    this.#watching.delete(keyOf(namespace, flowId));
  }

  has(namespace: string, flowId: string): boolean {
    return this.#flows.has(keyOf(namespace, flowId));
  }

  /** The webhook that a key opens. Every key of the flow is compared, in constant time. */
  webhook(namespace: string, flowId: string, key: string): StoredTrigger | undefined {
    const digest = digestOf(key);
    const { webhooks = [] } = this.#flows.get(keyOf(namespace, flowId)) ?? {};
    return webhooks.reduce<StoredTrigger | undefined>(
      (found, { keyDigest, trigger }) => (timingSafeEqual(keyDigest, digest) ? trigger : found),
      undefined,
    );
  }

  /** The flow triggers that are switched on; a flow never triggers itself. */
  watching({ namespace, flowId }: ExecutionSnapshot): readonly WatchingTrigger[] {
    const own = keyOf(namespace, flowId);
    return [...this.#watching].flatMap(([key, watches]) =>
      key === own ? [] : watches.filter(({ trigger }) => !trigger.disabled && !trigger.flow.disabled),
    );
  }

  /** Whether anybody wants to know how executions end. */
  listens(): boolean {
    for (const { triggers } of this.#flows.values())
      if (triggers.some(({ kind, definition }) => kind !== 'webhook' || definition.stopAfter)) return true;
    return false;
  }

  /** Whether a trigger wants to be switched off after an execution of its own that ended so. */
  stopsAfter({ namespace, flowId, trigger, state }: ExecutionSnapshot): boolean {
    const { triggers = [] } = this.#flows.get(keyOf(namespace, flowId)) ?? {};
    return triggers.some(({ definition }) => definition.id === trigger?.id && definition.stopAfter?.includes(state));
  }

  async #webhook(trigger: StoredTrigger): Promise<readonly Webhook[]> {
    const { expressions, log } = this.#deps;
    try {
      const { namespace, id: flowId } = trigger.flow;
      const key = textOf(trigger.definition.properties['key']);
      const rendered = await expressions.render(key, flowVariables(trigger.flow) as Vars, { namespace, flowId });
      return rendered === '' ? [] : [{ keyDigest: digestOf(rendered), trigger }];
    } catch (error) {
      log.warn({ trigger: triggerName(trigger), err: error }, 'key of a webhook cannot be rendered, it is closed');
      return [];
    }
  }

  #watch(trigger: StoredTrigger): readonly WatchingTrigger[] {
    const { serverZone, log } = this.#deps;
    try {
      return [{ trigger, watch: readFlowWatch(trigger.definition, timeZone(serverZone)) }];
    } catch (error) {
      log.warn({ trigger: triggerName(trigger), err: error }, 'flow trigger cannot be read, it never fires');
      return [];
    }
  }
}

const keyOf = (namespace: string, flowId: string): string => `${namespace}/${flowId}`;

/** Keys are compared by digest: of one length, whatever the caller sends. */
const digestOf = (key: string): Buffer => createHash('sha256').update(key).digest();

import { randomBytes } from 'node:crypto';
import type { Bus } from '@tutti/bus';
import { newExecutionId } from '@tutti/contracts';
import type { Json, JsonMap, WebhookCall, WebhookReply } from '@tutti/contracts';
import type { Expressions } from '@tutti/expressions';
import { UserError } from '@tutti/service-kit';
import type { Clock, Logger } from '@tutti/service-kit';
import { holds } from '../core/condition.ts';
import type { Templates } from '../core/templates.ts';
import { timeZone } from '../core/time-zone.ts';
import { flowVariables } from '../core/trigger-record.ts';
import { onceLoaded } from '../must-wait.ts';
import { renderInputs, renderLabels } from '../render.ts';
import { requestStart, startOf } from '../start-execution.ts';
import type { StoredTrigger } from '../store/trigger-row.ts';
import type { TriggerIndex } from '../trigger-index.ts';

export interface WebhookDeps {
  readonly bus: Bus;
  readonly index: TriggerIndex;
  readonly expressions: Expressions;
  readonly templates: Templates;
  readonly serverZone: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * `cmd.trigger.webhook`: starts an execution of the flow whose key was called; nothing is read from the database.
 * @throws {UserError} FLOW_DISABLED; what the executor refuses; and faults of conditions and inputs.
 */
export async function callWebhook(deps: WebhookDeps, call: WebhookCall): Promise<WebhookReply> {
  const { index, expressions, log } = deps;
  const { namespace, flowId } = call;
  if (!index.has(namespace, flowId)) return { outcome: 'not-found', message: 'Flow not found' };
  const trigger = index.webhook(namespace, flowId, call.key);
  if (!trigger || trigger.disabled) return { outcome: 'not-found', message: 'Webhook not found' };
  if (trigger.flow.disabled) throw new UserError('FLOW_DISABLED', 'Cannot execute a disabled flow');

  const variables = callVariables(call);
  const context = { ...flowVariables(trigger.flow), trigger: variables };
  if (!(await onceLoaded(() => fits(deps, trigger, context)))) return { outcome: 'condition-false' };
  const inputs = await renderInputs(expressions, trigger, context);
  const labels = await renderLabels(expressions, trigger, context, log);
  const executionId = newExecutionId(deps.clock.nowMs(), randomBytes);
  const start = startOf(trigger, executionId, variables, inputs, labels);
  const once =
    call.idempotencyKey === undefined
      ? {}
      : { idempotencyKey: `webhook/${trigger.definition.id}/${call.idempotencyKey}` };
  const outcome = await requestStart(deps.bus, { ...start, ...once }, log);
  if (outcome.kind === 'refused') throw outcome.error;
  const { wait, returnOutputs } = trigger.definition.properties;
  return {
    outcome: 'started',
    executionId: outcome.execution.id,
    triggerId: trigger.definition.id,
    wait: isTrue(wait),
    returnOutputs: isTrue(returnOutputs),
  };
}

function fits({ templates, serverZone }: WebhookDeps, { definition }: StoredTrigger, variables: JsonMap): boolean {
  const { conditions = [], when } = definition;
  const context = { templates, variables, zone: timeZone(serverZone) };
  return conditions.every((each) => holds(each, context)) && (when === undefined || templates.test(when, variables));
}

/** The body is a map or a list when it is the JSON text of one, else its text; an empty one is left out. */
function callVariables({ body, headers, parameters }: WebhookCall): JsonMap {
  return { ...(body && { body: parseBody(body) }), headers: { ...headers }, parameters: { ...parameters } };
}

function parseBody(text: string): Json {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

const isTrue = (value: Json | undefined): boolean => value === true || value === 'true';

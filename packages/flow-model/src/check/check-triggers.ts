import type { Flow, TriggerDefinition } from '../flow.ts';
import { CronError } from '../cron/cron-error.ts';
import { parseCron } from '../cron/cron.ts';
import type { Json } from '../json.ts';
import { didYouMean } from '../nearest.ts';
import { isTemplate } from '../template-text.ts';
import { refuseOthers } from './check-conditions.ts';
import { checkFlowTrigger } from './check-flow-trigger.ts';
import type { Checked } from './checked.ts';
import { EXECUTION_STATES } from './execution-states.ts';

const LONGEST_WEBHOOK_KEY = 256;

export function checkTriggers(flow: Flow, checked: Checked): void {
  for (const [index, trigger] of flow.triggers.entries()) {
    checkCron(trigger, index, checked);
    checkWebhookKey(trigger, checked);
    checkTriggerInputs(trigger, flow, checked);
    checkFlowTrigger(trigger, checked);
    refuseOthers(trigger.stopAfter as Json | undefined, EXECUTION_STATES, checked.origins.property(trigger, 'stopAfter'), checked); // prettier-ignore
    warnOfEveryExecution(trigger, checked);
    warnOfInert(trigger, checked);
  }
}

function checkCron(trigger: TriggerDefinition, index: number, { findings, origins }: Checked): void {
  const { cron, withSeconds } = trigger.properties;
  if (trigger.type !== 'core.trigger.Schedule' || typeof cron !== 'string' || isTemplate(cron)) return;
  try {
    parseCron(cron, withSeconds === true);
  } catch (error) {
    if (!(error instanceof CronError)) throw error;
    const message = `triggers[${index}]: invalid cron expression '${cron}': ${error.fault}.`;
    findings.error(origins.property(trigger, 'cron'), 'CRON_INVALID', message, { hint: error.hint });
  }
}

function checkWebhookKey(trigger: TriggerDefinition, { findings, origins }: Checked): void {
  if (trigger.type !== 'core.trigger.Webhook') return;
  const { key } = trigger.properties;
  if (typeof key === 'string' && key.length > LONGEST_WEBHOOK_KEY)
    findings.error(origins.property(trigger, 'key'), 'PROPERTY_INVALID', `The key of a webhook has at most ${LONGEST_WEBHOOK_KEY} characters.`); // prettier-ignore
}

/** The inputs a trigger gives must exist, and a schedule should give those that have no default. */
function checkTriggerInputs(trigger: TriggerDefinition, flow: Flow, { findings, origins }: Checked): void {
  const given = Object.keys(trigger.inputs ?? {});
  const ids = flow.inputs.map(({ id }) => id);
  for (const id of given)
    if (!ids.some((input) => input === id || input.startsWith(`${id}.`)))
      findings.warning([...origins.property(trigger, 'inputs'), id], 'INPUT_UNKNOWN', `The flow has no input "${id}"; the value is dropped.`, { hint: didYouMean(id, ids), onKey: true }); // prettier-ignore
  if (!trigger.type.startsWith('core.trigger.Schedule')) return;
  const missing = flow.inputs.filter(({ id, required, defaults }) => required && defaults === undefined && !given.includes(id.split('.')[0]!) && !given.includes(id)); // prettier-ignore
  if (missing.length > 0)
    findings.warning(origins.of(trigger), 'TRIGGER_INPUTS_MISSING', `The schedule "${trigger.id}" gives no value for the inputs ${missing.map(({ id }) => id).join(', ')}: its executions will be refused.`); // prettier-ignore
}

function warnOfInert(trigger: TriggerDefinition, { catalogue, findings, origins }: Checked): void {
  if (!catalogue.trigger(trigger.type)?.inert) return;
  const hint = 'Start the flow by a schedule, and ask in a task.';
  findings.warning(origins.property(trigger, 'type'), 'TRIGGER_INERT', `Triggers of the type "${trigger.typeAsWritten ?? trigger.type}" are read, but do not fire here.`, { hint }); // prettier-ignore
}

function warnOfEveryExecution(trigger: TriggerDefinition, { findings, origins }: Checked): void {
  if (trigger.type !== 'core.trigger.Flow') return;
  const { preconditions, dependsOn } = trigger.properties;
  if (preconditions === undefined && dependsOn === undefined && !trigger.conditions?.length && trigger.when === undefined)
    findings.warning(origins.of(trigger), 'TRIGGER_UNCONDITIONAL', `The trigger "${trigger.id}" has no conditions: it fires for every execution of every flow.`); // prettier-ignore
}

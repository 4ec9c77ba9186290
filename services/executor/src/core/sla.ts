import type { Sla } from '@tutti/flow-model';
import { drain } from './advance.ts';
import type { Draft } from './draft.ts';
import { mergeLabels } from './effects.ts';
import { NeedsIo, rendererOf } from './evaluate.ts';
import { isEnded } from './moves.ts';

/** Starts the timers of the SLAs that allow a time. */
export function startDurations({ execution, commands }: Draft, sinceMs: number): void {
  for (const sla of execution.plan.flow.sla)
    if (sla.type === 'MAX_DURATION')
      commands.push({ type: 'StartTimer', id: `${execution.id}/sla/${sla.id}`, dueAtMs: sinceMs + sla.durationMs });
}

/** The time an SLA allows is over. */
export function durationExceeded(draft: Draft, slaId: string): void {
  const { plan, state } = draft.execution;
  const sla = plan.flow.sla.find(({ id }) => id === slaId);
  if (sla?.type !== 'MAX_DURATION' || isEnded(state) || isViolated(draft, sla)) return;
  const lastedMs = draft.nowMs - draft.execution.createdAtMs;
  violate(draft, sla, `execution duration of ${lastedMs} ms exceeds the maximum of ${sla.durationMs} ms`);
}

/** Tests the assertions of the flow after a change; one that cannot be evaluated (yet) is only logged. */
export function checkAssertions(draft: Draft): void {
  if (draft.execution.plan.flow.sla.length === 0 || draft.events.length === 0) return;
  for (const sla of draft.execution.plan.flow.sla) {
    if (sla.type !== 'EXECUTION_ASSERTION' || isViolated(draft, sla) || isEnded(draft.execution.state)) continue;
    if (!holds(draft, sla)) violate(draft, sla, `assertion is false: ${sla.assert}`);
  }
  drain(draft);
}

function holds(draft: Draft, { id, assert }: Extract<Sla, { type: 'EXECUTION_ASSERTION' }>): boolean {
  try {
    return rendererOf(draft, undefined).test(assert);
  } catch (error) {
    const reason = error instanceof NeedsIo ? 'assertions cannot use functions that wait' : (error as Error).message;
    draft.log('DEBUG', `Ignoring SLA '${id}': ${reason}`);
    return true;
  }
}

const isViolated = ({ execution }: Draft, { id }: Sla): boolean => execution.note.violated?.includes(id) === true;

function violate(draft: Draft, sla: Sla, reason: string): void {
  const { note, labels } = draft.execution;
  const message = `SLA '${sla.id}' violated: ${reason}.`;
  draft.log('WARN', message);
  draft.noteExecution({ violated: [...(note.violated ?? []), sla.id] });
  if (Object.keys(sla.labels).length > 0) draft.record({ type: 'LabelsSet', labels: mergeLabels(labels, sla.labels) });
  if (sla.behavior === 'NONE') return;
  const to = sla.behavior === 'FAIL' ? 'FAILED' : 'CANCELLED';
  draft.log('ERROR', `Execution ${to === 'FAILED' ? 'failed' : 'cancelled'} due to ${message}`);
  draft.askStop({ execution: to, taskRuns: 'KILLED', error: message }, 'CASCADE');
}

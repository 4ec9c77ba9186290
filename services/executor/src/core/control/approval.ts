import type { JsonMap } from '@tutti/contracts';
import type { Draft } from '../draft.ts';
import { textOf } from '../evaluate.ts';
import type { TaskRun } from '../state.ts';
import type { Control } from './control.ts';
import { durationMs } from './duration.ts';
import { firstUnbegun, worse } from './pause.ts';
import { beginWait, endWait, type Resumption } from './resume.ts';
import { sequential } from './sequential.ts';

type Verdict = 'APPROVED' | 'DENIED' | 'EXPIRED';

/**
 * Waits for a decision. A resume approves unless its inputs say `decision: DENIED`; `onWait` runs before the wait,
 * `onApprove` or `onDeny` after it, and the behaviour of the verdict says what becomes of the execution.
 */
export const approval: Control = {
  ...sequential,
  beginsAnew: true,
  wants: ({ task: { properties, timeout } }) => ({
    templates: {
      autoApprove: properties.autoApprove ?? false,
      timeout: properties.timeout ?? timeout,
      APPROVED: properties.approveBehavior ?? 'CONTINUE',
      DENIED: properties.denyBehavior ?? 'CANCEL',
      EXPIRED: properties.expireBehavior ?? 'CANCEL',
    },
  }),
  begin(draft, taskRun, values) {
    const waitMs = durationMs('timeout', values.timeout);
    draft.move(taskRun, 'RUNNING');
    draft.note(taskRun, { branch: 'onWait', values, ...(waitMs !== undefined && { waitMs }) });
  },
  next: (draft, taskRun) => firstUnbegun(draft, taskRun),
  settle(draft, taskRun, outcome) {
    const { branch, values, waitMs, result } = taskRun.note;
    if (branch !== 'onWait') return worse(outcome, result);
    if (outcome === 'FAILED' || outcome === 'KILLED') return outcome;
    if (textOf(values?.autoApprove) !== 'true') beginWait(draft, taskRun, waitMs);
    else decideOn(draft, taskRun, 'APPROVED', { auto: true });
    return undefined;
  },
  timerFired(draft, taskRun) {
    endWait(draft, taskRun);
    decideOn(draft, taskRun, 'EXPIRED', { auto: false });
  },
  resume(draft, taskRun, { inputs, by }: Resumption) {
    const { decision, comment, ...rest } = inputs;
    endWait(draft, taskRun);
    decideOn(draft, taskRun, decision === 'DENIED' ? 'DENIED' : 'APPROVED', {
      auto: false,
      ...(by !== undefined && { by }),
      ...(comment !== undefined && { comment }),
      inputs: rest,
    });
  },
};

const BRANCHES = { APPROVED: 'onApprove', DENIED: 'onDeny', EXPIRED: 'none' } as const;
const RESULTS = { CONTINUE: 'SUCCESS', SUCCEED: 'SUCCESS', WARN: 'WARNING', FAIL: 'FAILED' } as const;

function decideOn(draft: Draft, taskRun: TaskRun, decision: Verdict, more: JsonMap): void {
  const on = new Date(draft.nowMs).toISOString();
  const outputs = { decision, on, ...more };
  const behavior = textOf(taskRun.note.values?.[decision]);
  const result = RESULTS[behavior as keyof typeof RESULTS];
  draft.note(taskRun, { branch: BRANCHES[decision], ...(result && { result }) }, outputs);
  if (behavior === 'CANCEL') draft.askStop({ execution: 'CANCELLED', taskRuns: 'CANCELLED' }, 'CASCADE');
  else if (behavior === 'KILL') draft.askStop({ execution: 'KILLED', taskRuns: 'KILLED' }, 'CASCADE');
  else if (behavior === 'SUCCEED') draft.askStop({ execution: 'SUCCESS', taskRuns: 'SUCCESS' }, 'WAIT');
  draft.follow(taskRun.id);
}

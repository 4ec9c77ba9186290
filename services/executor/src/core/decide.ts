import { claimAttempt, endAttempt, loseAttempt } from './attempt.ts';
import { successorCreated } from './finish.ts';
import type { DecisionContext } from './decision-context.ts';
import { Draft } from './draft.ts';
import type { Decision, Input } from './messages.ts';
import type { Execution } from './state.ts';
import { killExecution, refuseSlot, setLabels, startExecution } from './wishes.ts';
import { answer, answerFailed } from './answer.ts';
import { pauseExecution, resumeExecution } from './hold.ts';
import { moveChild, moveSubflow } from './report.ts';
import { restartExecution, setState, setTaskRunState } from './restart.ts';
import { checkAssertions } from './sla.ts';
import { fireTimer } from './timer.ts';

/**
 * Answers one input with the facts to record and the work to ask for.
 *
 * Pure: the execution is as it was afterwards, and the same arguments give the same answer. `context` is the only clock
 * and the only chance, and every id derives from ids in the state, so an answer sent twice can be told. An input that
 * comes twice, late or for an unknown task run gives an empty decision, never an error; a wish of a user that cannot
 * be granted is refused with the reason.
 */
export function decide(execution: Execution, input: Input, context: DecisionContext): Decision {
  const draft = new Draft(execution, context, []);
  try {
    handle(draft, input);
    return draft.decision;
  } finally {
    draft.takeBack();
  }
}

/**
 * As `decide` followed by `apply` for each event, at half the cost: the execution keeps what was decided.
 * Should it throw, which is a bug, the execution is of no more use and must be loaded again.
 */
export function step(execution: Execution, input: Input, context: DecisionContext): Decision {
  const draft = new Draft(execution, context);
  handle(draft, input);
  return draft.decision;
}

function handle(draft: Draft, input: Input): void {
  obey(draft, input);
  checkAssertions(draft);
}

function obey(draft: Draft, input: Input): void {
  switch (input.type) {
    case 'StartExecution':
      return startExecution(draft);
    case 'RefuseSlot':
      return refuseSlot(draft, input);
    case 'KillExecution':
      return killExecution(draft, input);
    case 'SetLabels':
      return setLabels(draft, input);
    case 'AttemptClaimed':
      return claimAttempt(draft, input);
    case 'AttemptEnded':
      return endAttempt(draft, input);
    case 'AttemptLost':
      return loseAttempt(draft, input);
    case 'TimerFired':
      return fireTimer(draft, input);
    case 'Evaluated':
      return answer(draft, input);
    case 'EvaluationFailed':
      return answerFailed(draft, input);
    case 'PauseExecution':
      return pauseExecution(draft);
    case 'ResumeExecution':
      return resumeExecution(draft, input);
    case 'RestartExecution':
      return restartExecution(draft);
    case 'SetTaskRunState':
      return setTaskRunState(draft, input);
    case 'SetState':
      return setState(draft, input);
    case 'ChildMoved':
      return moveChild(draft, input);
    case 'SuccessorCreated':
      return successorCreated(draft, input.commandId);
    case 'SubflowMoved':
      return moveSubflow(draft, input);
    default:
      input satisfies never;
  }
}

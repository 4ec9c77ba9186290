import type { ExecutionCommand, ExecutionReply, ExecutionVerb } from '@tutti/contracts';
import type { Expressions } from '@tutti/expressions';
import { UserError } from '@tutti/service-kit';
import { snapshotOf, type Execution, type Input } from '../core/index.ts';
import type { Inputs } from '../engine/inputs.ts';
import { typedResumeInputs } from '../engine/typed-inputs.ts';

export interface CommandDeps {
  readonly inputs: Inputs;
  readonly ioExpressions: Expressions;
}

/** The verbs that are one input to the core; the others have files of their own. */
export type SimpleVerb = Exclude<
  ExecutionVerb,
  | 'create'
  | 'replay'
  | 'delete'
  | 'evaluate'
  | 'logs'
  | 'start'
  | 'force-run'
  | 'find'
  | 'count'
  | 'purge'
  | 'purge-logs'
>;

/**
 * Obeys a command about one execution; answered with the execution as it is after the commit.
 * @throws {UserError} EXECUTION_UNKNOWN, and what the core refuses (for instance EXECUTION_ENDED)
 */
export async function handleCommand(
  deps: CommandDeps,
  verb: SimpleVerb,
  command: ExecutionCommand,
): Promise<ExecutionReply> {
  const input = inputOf(verb, command);
  if (input.type === 'ResumeExecution') return resume(deps, command, input);
  const { execution } = await deps.inputs.decide(command.executionId, () => input);
  return { execution: snapshotOf(execution) };
}

/** What a paused task asks for is checked and typed before it goes on. */
async function resume(
  { inputs, ioExpressions }: CommandDeps,
  { executionId, taskRunId }: ExecutionCommand,
  input: Extract<Input, { type: 'ResumeExecution' }>,
): Promise<ExecutionReply> {
  const { execution: paused } = await inputs.decide(executionId, () => undefined);
  const taskRun = [...paused.taskRuns.values()].find(({ id, state }) => state === 'PAUSED' && (taskRunId ?? id) === id);
  const given = taskRun && (await typedResumeInputs(ioExpressions, paused, taskRun, input.inputs));
  const { execution } = await inputs.decide(executionId, () => (given ? { ...input, inputs: given.values } : input));
  return { execution: snapshotOf(execution) };
}

/** An execution that waits for a slot or for its date is looked at again; `force-run` passes by the limit. */
export async function handleStart(
  { inputs }: CommandDeps,
  { executionId }: ExecutionCommand,
  force: boolean,
): Promise<ExecutionReply> {
  const { execution } = force
    ? await inputs.decide(executionId, (current) => startable(current, executionId))
    : await inputs.start(executionId);
  return { execution: snapshotOf(execution) };
}

function startable({ state }: Execution, id: string): Input {
  if (state === 'QUEUED' || state === 'CREATED') return { type: 'StartExecution' };
  throw new UserError(
    'EXECUTION_NOT_WAITING',
    `Execution ${id} is ${state}: only one that is QUEUED or CREATED can be forced to run.`,
  );
}

function inputOf(verb: SimpleVerb, command: ExecutionCommand): Input {
  const { taskRunId, inputs = {}, by } = command;
  switch (verb) {
    case 'kill':
      return { type: 'KillExecution', cascade: command.cascade ?? true };
    case 'pause':
      return { type: 'PauseExecution' };
    case 'resume':
      return {
        type: 'ResumeExecution',
        inputs,
        ...(taskRunId !== undefined && { taskRunId }),
        ...(by !== undefined && { by }),
      };
    case 'restart':
      return { type: 'RestartExecution' };
    case 'set-labels':
      return { type: 'SetLabels', labels: command.labels ?? [] };
    case 'set-task-run-state':
      return { type: 'SetTaskRunState', taskRunId: required(command, 'taskRunId'), state: required(command, 'state') };
    case 'set-state':
      return { type: 'SetState', state: executionState(required(command, 'state')) };
    default:
      return verb satisfies never;
  }
}

function required<Key extends keyof ExecutionCommand>(
  command: ExecutionCommand,
  key: Key,
): NonNullable<ExecutionCommand[Key]> {
  const value = command[key];
  if (value === undefined || value === null)
    throw new UserError('COMMAND_INCOMPLETE', `The command about execution ${command.executionId} lacks "${key}".`);
  return value;
}

function executionState(state: NonNullable<ExecutionCommand['state']>) {
  if (state === 'SUBMITTED' || state === 'SKIPPED')
    throw new UserError('STATE_INVALID', `An execution has no state ${state}.`);
  return state;
}

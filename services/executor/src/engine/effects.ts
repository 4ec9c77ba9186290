import {
  DEFAULT_WORKER_GROUP,
  subjects,
  type CreateExecution,
  type ExecutionReply,
  type KillTask,
  type LogLine,
  type LogLines,
  type RunTask,
} from '@tutti/contracts';
import { requestPatiently, type Bus } from '@tutti/bus';
import { isUserError, type Logger } from '@tutti/service-kit';
import { isDone, type Command, type Execution } from '../core/index.ts';
import type { Evaluator } from './evaluator.ts';
import { publishLines } from './log-writer.ts';
import type { Timers } from './timers.ts';
import type { BatchLoop } from './batch-loop.ts';
import type { Inputs } from './inputs.ts';
import { retryExecution } from './retry-execution.ts';
import { childExecutionId } from './execution-ids.ts';

/** How long a request to another owner is repeated, ms; what is not answered by then is owed. */
const PATIENCE_MS = 60_000;

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

export interface EffectsOptions {
  readonly bus: Bus;
  readonly log: Logger;
  readonly timers: Timers;
  readonly evaluator: Evaluator;
  readonly engine: { readonly inputs: Inputs; readonly loop: BatchLoop };
  readonly isOurs: (executionId: string) => boolean;
}

/**
 * Carries out what committed decisions ask for. Each effect is named by its command's id, so that doing it twice is
 * harmless; what is lost on the way is owed, and `owed` of the core says it again when the partition is taken over.
 */
export class Effects {
  readonly #options: EffectsOptions;

  constructor(options: EffectsOptions) {
    this.#options = options;
  }

  /** Shows log lines to those who follow. */
  showLines(lines: readonly LogLine[]): void {
    publishLines(this.#options.bus, lines);
  }

  /** Tells followers of an execution that lines may have been stored and not shown. */
  showGap(executionId: string): void {
    const message: LogLines = { executionId, lines: [], gap: true };
    this.#options.bus.publish(subjects.log(executionId), message);
  }

  /** One command; never throws and never waits. */
  carryOut(execution: Execution, command: Command): void {
    switch (command.type) {
      case 'RunTask':
        return this.#background(execution, command.id, () => this.#dispatch(execution, command));
      case 'KillTasks': {
        const body: KillTask = { executionId: execution.id, taskRunIds: command.taskRunIds };
        return this.#options.bus.publish(subjects.killTask, body);
      }
      case 'StartTimer':
        return this.#options.timers.set(command.id, execution.id, command.dueAtMs);
      case 'CancelTimer':
        return this.#options.timers.cancel(command.id);
      case 'Evaluate':
        return this.#background(execution, command.id, () => this.#options.evaluator.evaluate(execution, command));
      case 'StartSubflow':
        return this.#background(execution, command.id, () => this.#startSubflow(execution, command));
      case 'AskSubflow':
        return this.#background(execution, command.id, () => this.#askSubflow(execution, command));
      case 'KillSubflows':
        for (const executionId of command.executionIds)
          this.#background(execution, command.id, () => this.#ask('kill', executionId, { executionId, cascade: true }));
        return;
      case 'RestartSubflow': {
        const { executionId } = command;
        return this.#background(execution, command.id, () => this.#ask('restart', executionId, { executionId }));
      }
      case 'RetryExecution':
        return this.#background(execution, command.id, () => this.#makeSuccessor(execution, command));
      default:
        return command satisfies never;
    }
  }

  async #dispatch(
    execution: Execution,
    { id, taskRunId, attempt, workerGroup }: Extract<Command, { type: 'RunTask' }>,
  ): Promise<void> {
    const body: RunTask = { executionId: execution.id, taskRunId, attempt };
    await this.#options.bus.publishDurable(subjects.runTask(workerGroup || DEFAULT_WORKER_GROUP), body, {
      messageId: id,
    });
  }

  /** The child's id derives from the command's, so that asking again finds the same child. */
  async #startSubflow(parent: Execution, command: Extract<Command, { type: 'StartSubflow' }>): Promise<void> {
    const { taskRunId, attempt, index } = command;
    const executionId = childExecutionId(command.id, parent.id);
    const request: CreateExecution = {
      executionId,
      namespace: command.namespace,
      flowId: command.flowId,
      ...(command.revision !== undefined && { revision: command.revision }),
      inputs: command.inputs,
      labels: command.labels,
      ...(command.inheritedLabels && { inheritedLabels: command.inheritedLabels }),
      trigger: { id: taskOf(command), type: this.#typeOf(parent, taskRunId), variables: command.trigger },
      ...(command.scheduleAtMs !== undefined && { scheduleAtMs: command.scheduleAtMs }),
      parent: { executionId: parent.id, taskRunId, attempt, index, wait: command.wait },
    };
    try {
      const { execution } = await this.#ask('create', executionId, request);
      this.#options.engine.inputs.subflowMoved(parent.id, {
        taskRunId,
        attempt,
        index,
        executionId,
        state: execution.state,
        ...(execution.outputs && { outputs: execution.outputs }),
      });
    } catch (error) {
      if (!isUserError(error)) throw error;
      this.#options.engine.inputs.subflowMoved(parent.id, {
        taskRunId,
        attempt,
        index,
        executionId,
        state: 'FAILED',
        error: error.message,
      });
    }
  }

  async #makeSuccessor(execution: Execution, command: Extract<Command, { type: 'RetryExecution' }>): Promise<void> {
    await retryExecution(this.#options.engine.loop, execution, command);
    this.#options.engine.inputs.add(execution.id, { type: 'SuccessorCreated', commandId: command.id });
  }

  /** `start` changes nothing for a child that has started, and its reply says how it stands. */
  async #askSubflow(parent: Execution, command: Extract<Command, { type: 'AskSubflow' }>): Promise<void> {
    const { executionId, taskRunId, attempt, index } = command;
    const { execution } = await this.#ask('start', executionId, { executionId });
    const { state, outputs } = execution;
    const news = { taskRunId, attempt, index, executionId, state, ...(outputs && { outputs }) };
    this.#options.engine.inputs.subflowMoved(parent.id, news);
  }

  #typeOf({ plan, taskRuns }: Execution, taskRunId: string): string {
    return plan.nodes.get(taskRuns.get(taskRunId)!.taskId)!.task.type;
  }

  #ask(verb: 'create' | 'start' | 'kill' | 'restart', executionId: string, body: object): Promise<ExecutionReply> {
    return requestPatiently(this.#options.bus, subjects.execution(verb, executionId), body, {
      deadlineMs: PATIENCE_MS,
    });
  }

  /** Repeats an effect until it is done, or is not this executor's business any more. */
  #background(execution: Execution, commandId: string, effect: () => Promise<unknown>, pauseMs = FIRST_PAUSE_MS): void {
    effect().catch((error: unknown) => {
      if (isDone(execution) || !this.#options.isOurs(execution.id)) return;
      this.#options.log.warn({ commandId, err: error, pauseMs }, 'effect failed and is repeated');
      const next = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
      setTimeout(() => this.#background(execution, commandId, effect, next), pauseMs);
    });
  }
}

const taskOf = ({ trigger, taskRunId }: Extract<Command, { type: 'StartSubflow' }>): string =>
  typeof trigger['taskId'] === 'string' ? trigger['taskId'] : taskRunId;

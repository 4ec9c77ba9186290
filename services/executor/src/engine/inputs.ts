import type { ExecutionState, JsonMap } from '@tutti/contracts';
import type { Logger } from '@tutti/service-kit';
import type { Execution, Input } from '../core/index.ts';
import type { BatchLoop } from './batch-loop.ts';
import type { Outcome, Work } from './work.ts';

/** How a subflow stands, for the task run that started it. */
export interface SubflowNews {
  readonly taskRunId: string;
  readonly attempt: number;
  readonly index: number;
  readonly executionId: string;
  readonly state: ExecutionState;
  readonly outputs?: JsonMap;
  readonly error?: string;
}

/** The way into the batch loop for what this process itself has to say about an execution. */
export class Inputs {
  readonly #loop: BatchLoop;
  readonly #log: Logger;

  constructor(loop: BatchLoop, log: Logger) {
    this.#loop = loop;
    this.#log = log;
  }

  /** Decides an input for nobody who waits; one for an execution that is gone is dropped. */
  add(executionId: string, input: Input): void {
    this.#loop.add({
      executionId,
      input: () => input,
      done: () => undefined,
      fail: (error) => this.#log.warn({ executionId, input: input.type, err: error }, 'input dropped, it is owed'),
    });
  }

  /** Decides an input that may look at the execution first; the outcome, once it is committed. */
  decide(
    executionId: string,
    input: Work['input'],
    extras: Pick<Work, 'logs' | 'metrics' | 'needsSlot'> = {},
  ): Promise<Outcome> {
    return new Promise((done, fail) => this.#loop.add({ executionId, input, done, fail, ...extras }));
  }

  /** A due time has come. An execution that waits for its date then begins, if its flow has a free slot. */
  timerFired(executionId: string, timerId: string): void {
    const begins = timerId === scheduleTimerId(executionId);
    this.#loop.add({
      executionId,
      input: (execution) => (begins ? startOf(execution) : { type: 'TimerFired', timerId }),
      needsSlot: begins,
      timerId,
      done: () => undefined,
      fail: (error) => this.#log.warn({ executionId, timerId, err: error }, 'timer dropped, it is owed'),
    });
  }

  subflowMoved(parentId: string, { executionId, ...news }: SubflowNews): void {
    this.add(parentId, { type: 'SubflowMoved', executionId, ...news });
  }

  /** An execution that waits for a slot of its flow begins if there is one. */
  start(executionId: string): Promise<Outcome> {
    return this.decide(executionId, startOf, { needsSlot: true });
  }
}

/** The timer of an execution that is to begin at a date. */
export const scheduleTimerId = (executionId: string): string => `${executionId}/schedule`;

const startOf = ({ state }: Execution): Input | undefined =>
  state === 'QUEUED' || state === 'CREATED' ? { type: 'StartExecution' } : undefined;

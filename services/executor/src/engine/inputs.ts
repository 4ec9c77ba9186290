import type { ExecutionState, JsonMap } from '@tutti/contracts';
import { isUserError, type Logger } from '@tutti/service-kit';
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
  readonly #isOurs: (executionId: string) => boolean;

  /** @param isOurs Whether this executor owns the partition of an execution. */
  constructor(loop: BatchLoop, log: Logger, isOurs: (executionId: string) => boolean) {
    this.#loop = loop;
    this.#log = log;
    this.#isOurs = isOurs;
  }

  /** Decides an input that nobody else would repeat; one for an execution that is gone is dropped. */
  add(executionId: string, input: Input): void {
    this.#persist({ executionId, input: () => input });
  }

  /** Decides an input that may look at the execution first; the outcome, once it is committed. */
  decide(
    executionId: string,
    input: Work['input'],
    extras: Pick<Work, 'logs' | 'metrics' | 'needsSlot' | 'followUp'> = {},
  ): Promise<Outcome> {
    return new Promise((done, fail) => this.#loop.add({ executionId, input, done, fail, ...extras }));
  }

  /** A due time has come. An execution that waits for its date then begins, if its flow has a free slot. */
  timerFired(executionId: string, timerId: string): void {
    const begins = timerId === scheduleTimerId(executionId);
    this.#persist({
      executionId,
      input: (execution) => (begins ? startOf(execution) : { type: 'TimerFired', timerId }),
      needsSlot: begins,
      timerId,
    });
  }

  subflowMoved(parentId: string, { executionId, ...news }: SubflowNews): void {
    this.add(parentId, { type: 'SubflowMoved', executionId, ...news });
  }

  /** An execution that waits for a slot of its flow begins if there is one. */
  start(executionId: string): Promise<Outcome> {
    return this.decide(executionId, startOf, { needsSlot: true });
  }

  /** Adds work again after a pause until it is done, refused, or somebody else's: the database may be away. */
  #persist(work: Omit<Work, 'done' | 'fail'>): void {
    const { executionId } = work;
    const fail = (error: unknown): void => {
      this.#log.warn({ executionId, err: error }, 'input was not applied');
      if (isUserError(error) || !this.#isOurs(executionId)) return;
      setTimeout(() => this.#persist(work), PAUSE_MS);
    };
    this.#loop.add({ ...work, done: () => undefined, fail });
  }
}

/** Before an input that could not be applied is tried again, ms. */
const PAUSE_MS = 500;

/** The timer of an execution that is to begin at a date. */
export const scheduleTimerId = (executionId: string): string => `${executionId}/schedule`;

const startOf = ({ state }: Execution): Input | undefined =>
  state === 'QUEUED' || state === 'CREATED' ? { type: 'StartExecution' } : undefined;

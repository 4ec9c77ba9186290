import type { ExecutionReply } from '@tutti/contracts';
import { isSettled, snapshotOf, type Execution } from '../core/index.ts';
import type { Inputs } from './inputs.ts';

/** Answers about executions: at once, or to those who wait for an execution's end. */
export class ReplyDesk {
  readonly #inputs: () => Inputs;
  readonly #waiting = new Map<string, ((reply: ExecutionReply) => void)[]>();

  constructor(inputs: () => Inputs) {
    this.#inputs = inputs;
  }

  /** Answers with the execution as it is, or as it will have ended. */
  answer(execution: Execution, wait: boolean, resolve: (reply: ExecutionReply) => void): void {
    if (!wait || isSettled(execution)) return resolve({ execution: snapshotOf(execution) });
    const others = this.#waiting.get(execution.id);
    if (others) others.push(resolve);
    else this.#waiting.set(execution.id, [resolve]);
  }

  /** An execution that exists already. */
  async current(executionId: string, wait = false): Promise<ExecutionReply> {
    const { execution } = await this.#inputs().decide(executionId, () => undefined);
    return new Promise((resolve) => this.answer(execution, wait, resolve));
  }

  /** Called for every execution that a batch has changed. */
  changed(execution: Execution): void {
    const waiting = this.#waiting.get(execution.id);
    if (!waiting || !isSettled(execution)) return;
    this.#waiting.delete(execution.id);
    for (const resolve of waiting) resolve({ execution: snapshotOf(execution) });
  }

  /** Those who wait ask again, and reach the new owner. */
  forgetWhere(test: (executionId: string) => boolean): void {
    for (const id of this.#waiting.keys()) if (test(id)) this.#waiting.delete(id);
  }
}

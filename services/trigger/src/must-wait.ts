import { ExpressionError } from '@tutti/expressions';

/** A condition that could not be judged at once: something in it waits for an answer. */
export class MustWait extends ExpressionError {
  /** What it waits for. */
  readonly answer: Promise<unknown>;

  constructor(answer: Promise<unknown>) {
    super('EXPRESSION_SERVICE', 'A condition of a trigger cannot use kv() or other functions that wait', {
      hint: 'Decide it in the flow instead, by runIf: of its first task.',
    });
    this.answer = answer;
    answer.catch(() => undefined); // what it says is of no interest, only that it has come
  }
}

/** Does the work again once what it had to wait for is there: functions that load something answer at once from then on. */
export async function onceLoaded<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof MustWait)) throw error;
    await error.answer.catch(() => undefined);
    return work();
  }
}

/** A condition that cannot be judged: its type is unknown, or a value in it has the wrong form. */
export class ConditionError extends Error {
  override readonly name = 'ConditionError';
}

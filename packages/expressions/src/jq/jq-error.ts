import type { Value } from '../json.ts';

/** An error within a jq program, which `try` and `?` catch. Its value is what `error(value)` was given. */
export class JqError extends Error {
  override readonly name = 'JqError';
  readonly value: Value;

  constructor(value: Value) {
    super(typeof value === 'string' ? value : 'jq error');
    this.value = value;
  }
}

/** An error with a text, as most are. */
export function jqError(message: string): JqError {
  return new JqError(message);
}

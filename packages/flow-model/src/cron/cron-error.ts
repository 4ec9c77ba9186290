/** A cron expression that does not parse. */
export class CronError extends Error {
  override readonly name = 'CronError';
  /** What is wrong, without the expression. */
  readonly fault: string;
  readonly hint: string;

  constructor(cron: string, fault: string, hint: string) {
    super(`The cron expression "${cron}" is not valid: ${fault}.`);
    this.fault = fault;
    this.hint = hint;
  }
}

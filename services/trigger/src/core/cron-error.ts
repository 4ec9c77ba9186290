/** A cron expression that does not parse; the shell makes it a `UserError` CRON_INVALID. */
export class CronError extends Error {
  override readonly name = 'CronError';
  readonly hint: string;

  constructor(cron: string, fault: string, hint: string) {
    super(`The cron expression "${cron}" is not valid: ${fault}.`);
    this.hint = hint;
  }
}

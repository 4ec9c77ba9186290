/** States that an execution can be in, for what waits for some of them. */
export const EXECUTION_STATES: readonly string[] = [
  'CREATED', 'QUEUED', 'RUNNING', 'PAUSED', 'RESTARTED', 'RETRYING', 'RETRIED', 'KILLING', 'KILLED', 'CANCELLED',
  'SUCCESS', 'WARNING', 'FAILED', 'SKIPPED',
]; // prettier-ignore

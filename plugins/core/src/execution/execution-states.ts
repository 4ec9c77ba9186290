import { s } from '@tutti/plugin-sdk';
import type { ExecutionState } from '@tutti/plugin-sdk';

const STATES = [
  'CREATED', 'QUEUED', 'RUNNING', 'PAUSED', 'RESTARTED', 'RETRYING', 'RETRIED', 'KILLING', 'KILLED', 'CANCELLED',
  'SUCCESS', 'WARNING', 'FAILED',
] as const satisfies readonly ExecutionState[]; // prettier-ignore

/** States of executions. */
export const executionStates = () => s.oneOrMany(s.enum(STATES));

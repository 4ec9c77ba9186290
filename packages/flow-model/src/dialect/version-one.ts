import type { Dialect } from './dialect.ts';

/** The language from 0.17 to 1.3. The canonical names are those of its end; these are what it renamed on the way. */
export const versionOne: Dialect = {
  name: '1.x',
  renames: {
    input: [{ from: 'options', to: 'values', severity: 'WARNING' }],
    retry: [{ from: 'maxAttempt', to: 'maxAttempts', severity: 'WARNING' }],
    task: [{ from: 'delay', to: 'pauseDuration', severity: 'WARNING', ofType: true }],
    trigger: [
      { from: 'minLogLevel', to: 'logLevel', severity: 'WARNING' },
      { from: 'scheduleConditions', to: 'conditions', severity: 'WARNING' },
    ],
  },
};

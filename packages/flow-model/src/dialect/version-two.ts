import type { Dialect } from './dialect.ts';

/** The 2.0 language: one word, `when`, for what were `runIf`, `condition` and `conditions`. */
export const versionTwo: Dialect = {
  name: '2.0',
  renames: {
    task: [{ from: 'when', to: 'runIf' }],
    check: [{ from: 'when', to: 'condition' }],
  },
};

/**
 * Mutants that no test can catch, because nothing that can be observed differs: each with the reason. `line` is the text
 * of the line as it stands, `at` says which place of the operator in that line (all when absent).
 */
export const EQUIVALENT = [
  {
    file: 'replay.ts',
    line: 'return iteration > 0 || (iteration === 0 && other.index > node.index);',
    operator: '> -> >=',
    at: 2,
    reason:
      'The only task run of the same list, index and iteration is the task run itself, which was looked at before.',
  },
];

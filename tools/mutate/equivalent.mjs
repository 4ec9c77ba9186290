/**
 * Mutants that no test can catch, because nothing that can be observed differs: each with the reason. `line` is the text
 * of the line as it stands, `at` says which place of the operator in that line (all when absent).
 */
export const EQUIVALENT = [
  {
    file: 'apply.ts',
    line: 'return;',
    operator: 'removed',
    reason: 'The last case comes before a default in which nothing happens. (Without any other `return` a test fails.)',
  },
  {
    file: 'conclude.ts',
    line: 'if (outputs.length === 0) return {};',
    operator: 'if false',
    reason: 'A short cut: no outputs render to none.',
  },
  {
    file: 'derived.ts',
    line: 'if (stored.size === 0) return [];',
    operator: 'if false',
    reason: 'A short cut: nothing of nothing is chosen.',
  },
  {
    file: 'derived.ts',
    line: 'if (change === 0) return;',
    operator: 'if false',
    reason: 'A short cut: a number that does not change is written as it was.',
  },
  {
    file: 'draft.ts',
    line: 'hasDeferred = false;',
    operator: 'removed',
    reason: 'Undefined is as good as false.',
  },
  {
    file: 'outputs-variable.ts',
    line: 'if (iterations.length === 0) return outputs;',
    operator: 'if false',
    reason: 'A short cut: a copy in which no iteration shows reads the same.',
  },
  {
    file: 'outputs-variable.ts',
    line: 'if (empty.length === 0) return outputs;',
    operator: 'if false',
    reason: 'A short cut: a copy to which nothing is added reads the same.',
  },
  {
    file: 'replay.ts',
    line: 'return iteration > 0 || (iteration === 0 && other.index > node.index);',
    operator: '> -> >=',
    at: 2,
    reason:
      'The only task run of the same list, index and iteration is the task run itself, which was looked at before.',
  },
  {
    file: 'report.ts',
    line: 'drain(draft);',
    operator: 'removed',
    reason:
      'Of the child of a directory: nothing follows its end before the directory has ended. It is drawn all the same, so that no agenda is left.',
  },
];

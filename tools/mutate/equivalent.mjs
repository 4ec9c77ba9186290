/**
 * Mutants that no test can catch, because nothing that can be observed differs: each with the reason. `line` is the text
 * of the line as it stands, `at` says which place of the operator in that line (all when absent).
 */
export const EQUIVALENT = [];

export { evaluateTask } from './evaluate-task.ts';
export { pluginFaults } from './plugin-faults.ts';
export { removeTestFolders, runTask } from './run-task.ts';
export type { RunTaskOptions, TaskRunOutcome } from './run-task.ts';
export { TEST_ATTEMPT_ID } from './test-context.ts';
export type { TestContext } from './test-context.ts';

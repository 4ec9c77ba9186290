export { readConfig, workerIdOf } from './config.ts';
export type { TaskRunnerConfig } from './config.ts';
export { ExecutorClient } from './executor-client.ts';
export { startTaskRunner } from './service.ts';
export type { TaskRunner, TaskRunnerDeps } from './service.ts';

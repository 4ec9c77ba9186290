export * from './subjects.ts';
export * from './identifier.ts';
export { cloudEventHeaders } from './cloud-events.ts';
export type * from './execution.ts';
export type * from './task.ts';
export type * from './registry.ts';
export type * from './trigger.ts';
export type * from './health.ts';

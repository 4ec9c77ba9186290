export * from './subjects.ts';
export * from './identifier.ts';
export type * from './execution.ts';
export type * from './task.ts';
export type * from './registry.ts';
export type * from './trigger.ts';

export type * from './json.ts';
export type * from './flow.ts';
export { CONTROL_KINDS } from './catalogue.ts';
export type * from './catalogue.ts';
export type * from './plan.ts';

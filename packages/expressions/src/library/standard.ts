import type { Extension } from './declaration.ts';

/** Everything that templates may use without adding anything. */
export const STANDARD_LIBRARY: Extension = {};

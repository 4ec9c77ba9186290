import type { Execution } from '../core/index.ts';

/**
 * Chance in [0, 1), seeded by an execution and its version: the same decision draws the same numbers however often it
 * is taken (mulberry32).
 */
export function randomOf({ id, version }: Pick<Execution, 'id' | 'version'>): () => number {
  let state = version;
  for (let index = 0; index < id.length; index++) state = Math.imul(state ^ id.charCodeAt(index), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

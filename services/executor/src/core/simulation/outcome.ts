import { hashOf } from './chance.ts';

export type Result = 'SUCCESS' | 'WARNING' | 'FAILED';

/**
 * What one try of a task comes to in the world of a seed. Most succeed.
 * @param place the task's id and the iterations it is in
 * @param attempt from 1; an attempt whose runner was lost does not count
 */
export function resultOf(seed: number, place: string, attempt: number): Result {
  const dice = hashOf(`${seed}/${place}/${attempt}`) % 12;
  return dice < 2 ? 'FAILED' : dice === 2 ? 'WARNING' : 'SUCCESS';
}

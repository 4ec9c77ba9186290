import type { Retry } from '@tutti/flow-model';

/**
 * Wait before the next attempt, ms.
 * @param attempt the attempt that failed, from 1
 * @param random chance in [0, 1)
 */
export function retryDelayMs(retry: Retry, attempt: number, random: () => number): number {
  switch (retry.type) {
    case 'constant':
      return retry.intervalMs;
    case 'exponential':
      return Math.min(retry.intervalMs * retry.delayFactor ** (attempt - 1), retry.maxIntervalMs);
    case 'random':
      return Math.floor(retry.minIntervalMs + random() * (retry.maxIntervalMs - retry.minIntervalMs));
    default:
      return retry satisfies never;
  }
}

import { parseDuration, property, s } from '@tutti/plugin-sdk';

/** When a job that failed is run anew. */
export interface RetryPolicy {
  readonly maxAttempts: number;
  /** From the first attempt's start, ms. */
  readonly maxDurationMs: number;
  /** How long to wait after an attempt, from 1, ms. */
  readonly delayMs: (attempt: number) => number;
  readonly reasons: readonly string[];
  readonly messages: readonly string[];
}

const duration = () => s.duration().optional();

/** Jobs fail for reasons that pass by themselves; these are run anew within the attempt of the task. */
export const retryProperties = {
  retryAuto: property(
    s
      .object({
        type: s.enum(['constant', 'exponential', 'random']).default('exponential'),
        interval: duration(),
        minInterval: duration(),
        maxInterval: duration(),
        delayFactor: s.number().optional(),
        maxAttempts: s.int().optional(),
        maxAttempt: s.int().optional(),
        maxDuration: duration(),
        behavior: s.string().optional(),
        warningOnRetry: s.boolean().optional(),
      })
      .optional()
      .describe('How a job is run anew that failed for a reason that passes; exponentially from 5 s for 15 min.'),
    { render: 'typed' },
  ),
  retryReasons: s
    .list(s.string())
    .default([
      'rateLimitExceeded',
      'jobRateLimitExceeded',
      'jobBackendError',
      'backendError',
      'internalError',
      'jobInternalError',
    ]) // prettier-ignore
    .describe('Reasons of faults after which it is.'),
  retryMessages: s
    .list(s.string())
    .default(['due to concurrent update', 'Retrying the job may solve the problem', 'Retrying may solve the problem'])
    .describe('Parts of messages after which it is.'),
} as const;

/** The properties above, parsed. */
export type RetryProperties = {
  readonly [Name in keyof typeof retryProperties]: (typeof retryProperties)[Name]['_zod']['output'];
};

const DEFAULT_MAX_ATTEMPTS = 10;

/** The policy that the properties describe. */
export function retryPolicyOf({ retryAuto, retryReasons, retryMessages }: RetryProperties): RetryPolicy {
  const { type = 'exponential', interval = 5_000, delayFactor = 2 } = retryAuto ?? {};
  const maxIntervalMs = retryAuto?.maxInterval ?? parseDuration('PT1H') ?? Infinity;
  const minIntervalMs = retryAuto?.minInterval ?? interval;
  return {
    maxAttempts: retryAuto?.maxAttempts ?? retryAuto?.maxAttempt ?? DEFAULT_MAX_ATTEMPTS,
    maxDurationMs: retryAuto?.maxDuration ?? 15 * 60_000,
    reasons: retryReasons,
    messages: retryMessages,
    delayMs(attempt) {
      if (type === 'constant') return interval;
      if (type === 'random') return minIntervalMs + Math.random() * Math.max(0, maxIntervalMs - minIntervalMs);
      return Math.min(maxIntervalMs, interval * delayFactor ** (attempt - 1));
    },
  };
}

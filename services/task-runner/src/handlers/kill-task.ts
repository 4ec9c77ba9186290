import type { KillTask } from '@tutti/contracts';
import type { Heartbeats } from '../heartbeats.ts';

/** Stops those of the attempts that run here, with all that they have started. */
export function handleKillTask({ heartbeats }: { readonly heartbeats: Heartbeats }, body: KillTask): void {
  const taskRunIds = new Set(body.taskRunIds);
  for (const attempt of heartbeats.attempts)
    if (attempt.work.executionId === body.executionId && taskRunIds.has(attempt.work.taskRunId)) attempt.stop('KILLED');
}

import type { Puller } from '@tutti/bus';
import { STREAM } from '@tutti/bus';
import { subjects } from '@tutti/contracts';
import type { HealthReply, KillTask, RunTask } from '@tutti/contracts';
import type { Health, Metrics } from '@tutti/service-kit';
import type { AttemptDeps } from './attempt/attempt-tools.ts';
import type { TaskRunnerConfig } from './config.ts';
import { handleKillTask } from './handlers/kill-task.ts';
import { handleRunTask } from './handlers/run-task.ts';
import { AttemptsInHand } from './attempts-in-hand.ts';
import { Heartbeats } from './heartbeats.ts';
import { Slots } from './slots.ts';

/** After this time without an answer the server gives the message to somebody else, ms. */
const ACK_WAIT_MS = 30_000;
/** Part of the drain time in which running tasks may still end by themselves. */
const DRAIN_SHARE = 0.7;

/** What the service needs from outside. */
export interface TaskRunnerDeps extends Omit<AttemptDeps, 'config'> {
  readonly config: TaskRunnerConfig;
  readonly metrics: Metrics;
}

/** A running task-runner. */
export interface TaskRunner {
  stop(): Promise<void>;
  health(): Health;
}

/** Which handler hears which subject. */
export function startTaskRunner(deps: TaskRunnerDeps): TaskRunner {
  const { bus, config, metrics } = deps;
  const heartbeats = new Heartbeats(deps);
  const slots = new Slots(config, () => puller.wake());
  const runDeps = { ...deps, heartbeats, slots, inHand: new AttemptsInHand(), duration: durations(metrics) };
  const kills = bus.listen<KillTask>(subjects.killTask, (body) => handleKillTask({ heartbeats }, body));
  const health = bus.respond<unknown, HealthReply>(subjects.health('task-runner'), undefined, () => ({
    ready: bus.isConnected(),
  }));
  const subject = subjects.runTask(config.workerGroup);
  const puller: Puller = bus.pull<RunTask>(
    { stream: STREAM.tasks, durable: subject.replaceAll('.', '-'), filter: subject, ackWaitMs: ACK_WAIT_MS },
    { freeSlots: () => slots.free, handler: (message) => handleRunTask(runDeps, message) },
  );
  metrics.observed('tutti_task_runner_busy_slots', 'Tasks being worked on.', () => slots.busy);
  metrics.observed('tutti_task_runner_waiting', 'Tasks that only wait.', () => slots.waiting);
  return {
    async stop() {
      slots.close();
      await puller.stop();
      await slots.emptyOrAfter(config.drainTimeoutMs * DRAIN_SHARE);
      await heartbeats.release();
      await Promise.all([kills.stop(), health.stop()]);
      await slots.emptyOrAfter(config.drainTimeoutMs * (1 - DRAIN_SHARE) * 0.8);
    },
    health: () => ({ ready: bus.isConnected(), details: { busy: slots.busy, waiting: slots.waiting } }),
  };
}

const durations = (metrics: Metrics) =>
  metrics.histogram('tutti_task_runner_attempt_duration_seconds', 'From claim to report, by task type.');

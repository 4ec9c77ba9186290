/**
 * Every subject on the bus, in one table. `cmd.`, `ask.` and `report.` are between our services; `evt.` and `log.` are
 * public: documented, versioned, replayable from JetStream.
 *
 * An execution belongs to one of 16 partitions; the publisher computes it, the owner of the partition listens.
 */

/** Partitions of executions; fixed when a cluster is installed. */
export const PARTITION_COUNT = 16;

/** Partition of an execution id: FNV-1a, so that every publisher in any language can compute it. */
export function partitionOf(executionId: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < executionId.length; index++)
    hash = Math.imul(hash ^ executionId.charCodeAt(index), 0x01000193) >>> 0;
  return hash % PARTITION_COUNT;
}

/** Commands to one execution, answered by the owner of its partition once they are committed. */
export type ExecutionVerb =
  | 'create' | 'start' | 'kill' | 'pause' | 'resume' | 'restart' | 'replay' | 'force-run' | 'set-labels' | 'set-task-run-state'
  | 'set-state' | 'delete' | 'evaluate' | 'logs' | 'find' | 'count' | 'purge' | 'purge-logs'; // prettier-ignore

/** What a task-runner tells the owner of an execution; all by request and reply. */
export type TaskReport = 'claim' | 'heartbeat' | 'child' | 'ended' | 'logs' | 'subflow';

export const subjects = {
  /** Request and reply with the flow-registry: `cmd.flow.save`, `cmd.kv.set`, `cmd.file.put` … */
  flow: (verb: string) => `cmd.flow.${verb}`,
  namespace: (verb: string) => `cmd.namespace.${verb}`,
  keyValue: (verb: string) => `cmd.kv.${verb}`,
  file: (verb: string) => `cmd.file.${verb}`,
  secret: (verb: string) => `ask.secret.${verb}`,
  /** Request and reply: whether a service can take work, `HealthReply`. Every instance responds; the first answer counts. */
  health: (service: string) => `ask.health.${service}`,
  /** Request and reply with the trigger service. */
  trigger: (verb: string) => `cmd.trigger.${verb}`,
  /** Request and reply with the owner of the partition. */
  execution: (verb: ExecutionVerb, executionId: string) => `cmd.execution.${partitionOf(executionId)}.${verb}`,
  executionsOf: (partition: number) => `cmd.execution.${partition}.*`,
  report: (report: TaskReport, executionId: string) => `report.task.${partitionOf(executionId)}.${report}`,
  reportsOf: (partition: number) => `report.task.${partition}.*`,
  /** Work queue (JetStream): one message per attempt, pulled by a runner with a free slot. */
  runTask: (workerGroup: string) => `cmd.task.run.${token(workerGroup)}`,
  /** To all runners (core NATS): whoever runs one of the attempts stops it. */
  killTask: 'cmd.task.kill',
  /** Public: `evt.execution.<kind>.<execution id>.<namespace>.<flow>`; dots of the namespace are levels of the subject. */
  executionEvent: (kind: string, executionId: string, namespace: string, flowId: string) =>
    `evt.execution.${kind}.${executionId}.${namespace}.${flowId}`,
  taskRunEvent: (kind: string, executionId: string, namespace: string, flowId: string) =>
    `evt.taskrun.${kind}.${executionId}.${namespace}.${flowId}`,
  /** Public: `evt.flow.saved|deleted.<namespace>.<flow>`. */
  flowEvent: (kind: string, namespace: string, flowId: string) => `evt.flow.${kind}.${namespace}.${flowId}`,
  /** Public: lines of an execution's log, once they are stored, with their cursors. */
  log: (executionId: string) => `log.${executionId}`,
} as const;

export const DEFAULT_WORKER_GROUP = 'default';

/** A name as one token of a subject: characters with a meaning to NATS become `_`. */
const token = (name: string) => name.replaceAll(/[^A-Za-z0-9_-]/g, '_');

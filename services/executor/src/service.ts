import { partitionOf, subjects } from '@tutti/contracts';
import type {
  AttemptEnded,
  ChildReport,
  ClaimAttempt,
  CreateExecution,
  ExecutionCommand,
  ExecutionQuery,
  ExecutionReply,
  ExecutionVerb,
  GetExecutionLogs,
  Heartbeat,
  LogBatch,
  PurgeExecution,
  PurgeLogLines,
  SubflowReport,
  TaskReport,
} from '@tutti/contracts';
import { isTooLarge, type Bus, type PendingRequest, type Subscription } from '@tutti/bus';
import type { Logger } from '@tutti/service-kit';
import { shortSnapshot } from './core/index.ts';
import { handleCommand, handleStart } from './handlers/command.ts';
import { handleCreate } from './handlers/create.ts';
import { handleDelete } from './handlers/delete.ts';
import { handleEvaluate } from './handlers/evaluate.ts';
import { handleGetLogs } from './handlers/logs.ts';
import { handlePurge, handlePurgeLogs } from './handlers/purge.ts';
import { handleReplay } from './handlers/replay.ts';
import {
  handleChild,
  handleClaim,
  handleEnded,
  handleHeartbeat,
  handleLogs,
  handleSubflow,
} from './handlers/report.ts';
import { handleCount, handleFind } from './handlers/search.ts';
import type { Engine } from './engine/engine.ts';

type Handler<Body> = (body: Body) => unknown;

/** Which handler answers which subject: the whole interface of the executor to the other services. */
export function handlersOf(engine: Engine) {
  const commands: Record<ExecutionVerb, Handler<never>> = {
    create: (body: CreateExecution) => handleCreate(engine, body),
    start: (body: ExecutionCommand) => handleStart(engine, body, false),
    'force-run': (body: ExecutionCommand) => handleStart(engine, body, true),
    kill: (body: ExecutionCommand) => handleCommand(engine, 'kill', body),
    pause: (body: ExecutionCommand) => handleCommand(engine, 'pause', body),
    resume: (body: ExecutionCommand) => handleCommand(engine, 'resume', body),
    restart: (body: ExecutionCommand) => handleCommand(engine, 'restart', body),
    'set-labels': (body: ExecutionCommand) => handleCommand(engine, 'set-labels', body),
    'set-state': (body: ExecutionCommand) => handleCommand(engine, 'set-state', body),
    'set-task-run-state': (body: ExecutionCommand) => handleCommand(engine, 'set-task-run-state', body),
    replay: (body: ExecutionCommand) => handleReplay(engine, body),
    delete: (body: ExecutionCommand) => handleDelete(engine, body),
    evaluate: (body: ExecutionCommand) => handleEvaluate(engine, body),
    logs: (body: GetExecutionLogs) => handleGetLogs(engine, body),
    find: (body: ExecutionQuery) => handleFind(engine, body),
    count: (body: ExecutionQuery) => handleCount(engine, body),
    purge: (body: PurgeExecution) => handlePurge(engine, body),
    'purge-logs': (body: PurgeLogLines) => handlePurgeLogs(engine, body),
  };
  const reports: Record<TaskReport, Handler<never>> = {
    claim: (body: ClaimAttempt) => handleClaim(engine, body),
    heartbeat: (body: Heartbeat) => handleHeartbeat(engine, body),
    child: (body: ChildReport) => handleChild(engine, body),
    ended: (body: AttemptEnded) => handleEnded(engine, body),
    logs: (body: LogBatch) => handleLogs(engine, body),
    subflow: (body: SubflowReport) => handleSubflow(engine, body),
  };
  return { commands, reports };
}

/** Listens for the partitions that this executor owns, and for no other: who asks an ownerless one hears so at once. */
export class PartitionSubscriptions {
  readonly #bus: Bus;
  readonly #log: Logger;
  readonly #handlers: ReturnType<typeof handlersOf>;
  readonly #subscriptions = new Map<number, readonly Subscription[]>();

  constructor(bus: Bus, engine: Engine, log: Logger) {
    this.#bus = bus;
    this.#log = log;
    this.#handlers = handlersOf(engine);
  }

  begin(partition: number): void {
    const { commands, reports } = this.#handlers;
    this.#subscriptions.set(partition, [
      this.#bus.receive<never>(subjects.executionsOf(partition), undefined, (message) =>
        this.#answer(commands, message),
      ),
      this.#bus.receive<never>(subjects.reportsOf(partition), undefined, (message) => this.#answer(reports, message)),
    ]);
  }

  async end(partition: number): Promise<void> {
    const subscriptions = this.#subscriptions.get(partition) ?? [];
    this.#subscriptions.delete(partition);
    await Promise.all(subscriptions.map((subscription) => subscription.stop()));
  }

  #answer(handlers: Readonly<Record<string, Handler<never>>>, message: PendingRequest<never>): void {
    const verb = message.subject.slice(message.subject.lastIndexOf('.') + 1);
    const handler = handlers[verb];
    if (!handler) {
      this.#log.warn({ subject: message.subject }, 'message with an unknown verb');
      return message.fail(new Error(`The executor does not know "${verb}".`));
    }
    Promise.resolve()
      .then(() => handler(message.body))
      .then(
        (reply) => replyInFull(message, reply),
        (error: unknown) => message.fail(error),
      );
  }
}

/** What is too large for a message is left out of the answer; who wants it reads it elsewhere. */
function replyInFull(message: PendingRequest<never>, reply: unknown): void {
  try {
    message.reply(reply);
  } catch (error) {
    if (!isTooLarge(error) || !isAboutExecution(reply) || reply.execution.valuesOmitted) message.fail(error);
    else replyInFull(message, { ...reply, execution: shortSnapshot(reply.execution) });
  }
}

const isAboutExecution = (reply: unknown): reply is ExecutionReply =>
  typeof reply === 'object' && reply !== null && 'execution' in reply;

/** Whether an execution belongs to one of some partitions. */
export const inPartitions = (partitions: readonly number[]) => {
  const own = new Set(partitions);
  return (executionId: string): boolean => own.has(partitionOf(executionId));
};

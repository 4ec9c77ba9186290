import { cloudEventHeaders, partitionOf, subjects, type ExecutionEvent, type TaskRunEvent } from '@tutti/contracts';
import { isTooLarge, type Bus } from '@tutti/bus';
import type { Logger } from '@tutti/service-kit';
import {
  isSettled,
  shortSnapshot,
  shortTaskRunSnapshot,
  snapshotOf,
  taskRunSnapshotOf,
  type Execution,
} from '../core/index.ts';
import type { JournalStore } from '../store/journal-store.ts';
import type { Touched } from './batch-draft.ts';
import type { ExecutionCache } from './execution-cache.ts';

/** Most task runs in one message: a message holds 256 KB. */
const TASK_RUNS_A_MESSAGE = 50;
const ENTRIES_A_PAGE = 500;

/**
 * Tells the world what was committed. The journal is the outbox: the position up to which everything is on the bus is
 * kept with the partition's lease, and whoever takes the partition over publishes again from there.
 */
export class EventPublisher {
  readonly #bus: Bus;
  readonly #log: Logger;
  readonly #held: () => void;
  /** Journal positions whose messages the stream has not confirmed, oldest first. */
  readonly #unconfirmed = new Map<number, number>();
  #lastPosition = 0;
  /** By partition, up to where its events were published before this executor began to add its own. */
  readonly #caughtUp = new Map<number, number>();

  /** @param held is told when the bus did not take events, which are to be published again. */
  constructor(bus: Bus, log: Logger, held: () => void) {
    this.#bus = bus;
    this.#log = log;
    this.#held = held;
  }

  /** Up to where everything is known to be published. */
  get position(): number {
    const oldest = this.#unconfirmed.keys().next();
    return oldest.done ? this.#lastPosition : oldest.value - 1;
  }

  /** Publishes once more what the bus has not confirmed until now; what is refused again stays unconfirmed. */
  async publishAgain(partitions: Iterable<number>, journal: JournalStore, cache: ExecutionCache): Promise<void> {
    const { position } = this;
    const unconfirmed = [...this.#unconfirmed.keys()];
    for (const partition of partitions)
      await this.catchUp(partition, Math.max(position, this.#caughtUp.get(partition) ?? 0), journal, cache);
    for (const confirmed of unconfirmed) this.#unconfirmed.delete(confirmed);
  }

  /** Publishes what a batch came to; `position` is that of its last journal entry. */
  publish(touched: Iterable<Touched>, position: number): void {
    const sent: Promise<unknown>[] = [];
    for (const { execution, changedTaskRuns, created, fromVersion, events } of touched)
      if (events.length > 0 || created)
        sent.push(...this.#publishExecution(execution, changedTaskRuns, kindOf(execution, created, fromVersion)));
    this.#confirm(position, sent);
  }

  /** Publishes the present state of every execution that has journal entries after a position. */
  async catchUp(partition: number, position: number, journal: JournalStore, cache: ExecutionCache): Promise<void> {
    for (let from = position; ;) {
      const entries = await journal.after(partition, from, ENTRIES_A_PAGE);
      const last = entries.at(-1);
      if (!last) return void this.#caughtUp.set(partition, from);
      const executions = await cache.load([...new Set(entries.map(({ executionId }) => executionId))]);
      for (const execution of executions.values())
        if (partitionOf(execution.id) === partition)
          await Promise.all(this.#publishExecution(execution, execution.taskRuns.keys(), kindOf(execution, false, 0)));
      from = last.position;
    }
  }

  #publishExecution(execution: Execution, taskRunIds: Iterable<string>, kind: string): Promise<unknown>[] {
    const { id, namespace, flowId, version } = execution;
    const body: ExecutionEvent = { execution: snapshotOf(execution) };
    const messageId = `${id}/${version}`;
    const sent = [this.#send(subjects.executionEvent(kind, id, namespace, flowId), body, messageId, shorterExecution)];
    const taskRuns = [...taskRunIds].flatMap((taskRunId) => {
      const taskRun = execution.taskRuns.get(taskRunId);
      return taskRun ? [taskRunSnapshotOf(execution, taskRun)] : [];
    });
    for (let at = 0; at < taskRuns.length; at += TASK_RUNS_A_MESSAGE) {
      const part: TaskRunEvent = { executionId: id, version, taskRuns: taskRuns.slice(at, at + TASK_RUNS_A_MESSAGE) };
      sent.push(
        this.#send(
          subjects.taskRunEvent('updated', id, namespace, flowId),
          part,
          `${messageId}/${at}`,
          smallerTaskRuns,
        ),
      );
    }
    return sent;
  }

  /** @param smaller what is sent instead of a body that is too large for a message; nothing when it cannot be smaller */
  async #send<Body>(subject: string, body: Body, messageId: string, smaller: (body: Body) => Body[]): Promise<void> {
    try {
      await this.#bus.publishDurable(subject, body, { messageId, headers: cloudEventHeaders(subject, messageId) });
    } catch (error) {
      if (!isTooLarge(error)) throw error;
      const parts = smaller(body);
      if (parts.length === 0) this.#log.error({ err: error }, 'event left out: it does not fit into a message');
      await Promise.all(parts.map((part, index) => this.#send(subject, part, `${messageId}.${index}`, smaller)));
    }
  }

  #confirm(position: number, sent: readonly Promise<unknown>[]): void {
    if (position === 0) return;
    this.#lastPosition = position;
    this.#unconfirmed.set(position, sent.length);
    Promise.all(sent).then(
      () => this.#unconfirmed.delete(position),
      (error: unknown) => {
        this.#log.warn({ err: error, position }, 'events are on hold until the bus takes them');
        this.#held();
      },
    );
  }
}

const shorterExecution = ({ execution }: ExecutionEvent): ExecutionEvent[] =>
  execution.valuesOmitted ? [] : [{ execution: shortSnapshot(execution) }];

/** Half of the task runs each; one alone goes without its values. */
function smallerTaskRuns({ taskRuns, ...event }: TaskRunEvent): TaskRunEvent[] {
  const [only] = taskRuns;
  if (taskRuns.length === 1 && only)
    return only.valuesOmitted ? [] : [{ ...event, taskRuns: [shortTaskRunSnapshot(only)] }];
  const half = Math.ceil(taskRuns.length / 2);
  return [taskRuns.slice(0, half), taskRuns.slice(half)].map((part) => ({ ...event, taskRuns: part }));
}

function kindOf(execution: Execution, created: boolean, fromVersion: number): string {
  if (isSettled(execution)) return 'ended';
  return created || fromVersion === 0 ? 'created' : 'updated';
}

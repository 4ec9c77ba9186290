import type { Bus, Subscription } from '@tutti/bus';
import { subjects } from '@tutti/contracts';
import type {
  AttemptEnded,
  ChildReport,
  ClaimAttempt,
  ClaimReply,
  Heartbeat,
  JsonMap,
  LogBatch,
  RunTask,
  TaskReport,
  Work,
} from '@tutti/contracts';

const FIRST_LEASE = 7;

/** The other end of the contract: hands out attempts and hears what becomes of them, over a real bus. */
export class StandInExecutor {
  readonly claims: ClaimAttempt[] = [];
  readonly heartbeats: Heartbeat[] = [];
  readonly children: ChildReport[] = [];
  readonly batches: LogBatch[] = [];
  readonly ended: AttemptEnded[] = [];
  /** Replaces the answer to a report; what it throws the runner hears as an error. */
  answer: Partial<Record<TaskReport, (body: never) => unknown>> = {};
  readonly #bus: Bus;
  readonly #group: string;
  readonly #works = new Map<string, Work>();
  readonly #subscriptions: Subscription[];
  readonly #waiting = new Set<() => void>();

  constructor(bus: Bus, group: string) {
    this.#bus = bus;
    this.#group = group;
    const hears: Record<string, (body: never) => unknown> = {
      claim: (body: ClaimAttempt) => (this.claims.push(body), this.#grant(body)),
      heartbeat: (body: Heartbeat) => (this.heartbeats.push(body), { lost: [] }),
      child: (body: ChildReport) => (this.children.push(body), { applied: true }),
      logs: (body: LogBatch) => (this.batches.push(body), {}),
      ended: (body: AttemptEnded) => (this.ended.push(body), { applied: true }),
    };
    this.#subscriptions = (['claim', 'heartbeat', 'child', 'logs', 'ended'] as const).map((report) =>
      bus.respond(`report.task.*.${report}`, undefined, (body: never) => {
        const reply = (this.answer[report] ?? hears[report])?.(body);
        for (const look of this.#waiting) look();
        return reply;
      }),
    );
  }

  /** The first attempt of a task, as a claim would bring it. */
  workOf(task: JsonMap, work: Partial<Work> = {}): Work {
    const executionId = `e${crypto.randomUUID().replaceAll('-', '').slice(0, 12)}`;
    const id = typeof task['id'] === 'string' ? task['id'] : 'task';
    return {
      executionId,
      taskRunId: `${executionId}-1`,
      taskId: id,
      attempt: 1,
      attemptId: `${executionId}-1-1`,
      lease: FIRST_LEASE,
      namespace: 'company.team',
      flowId: 'test',
      flowRevision: 1,
      task: { id, ...task },
      context: { flow: { id: 'test', namespace: 'company.team' }, execution: { id: executionId }, inputs: {}, vars: {}, outputs: {} }, // prettier-ignore
      ...work,
    };
  }

  /** Sends an attempt of a task on its way. */
  async run(task: JsonMap, work: Partial<Work> = {}): Promise<Work> {
    const full = this.workOf(task, work);
    this.#works.set(full.taskRunId, full);
    const { taskRunId, attempt } = full;
    const message: RunTask = { executionId: full.executionId, taskRunId, attempt };
    await this.#bus.publishDurable(subjects.runTask(this.#group), message);
    return full;
  }

  kill({ executionId, taskRunId }: Work): void {
    this.#bus.publish(subjects.killTask, { executionId, taskRunIds: [taskRunId] });
  }

  /** The report that a task run has ended, once there is one. */
  endOf({ taskRunId }: Work): Promise<AttemptEnded> {
    return this.until(() => this.ended.find((report) => report.taskRunId === taskRunId));
  }

  /** `LEVEL message` of every line of a task run, in order. */
  linesOf({ taskRunId }: Work): string[] {
    const batches = this.batches.filter((batch) => batch.taskRunId === taskRunId);
    const last = this.ended.find((report) => report.taskRunId === taskRunId)?.lines ?? [];
    return [...batches.toSorted((a, b) => a.firstIndex - b.firstIndex).flatMap(({ lines }) => lines), ...last].map(
      ({ level, message }) => `${level} ${message}`,
    );
  }

  /** Resolves when the look finds something; it looks after each report. */
  until<T>(look: () => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const attempt = (): void => {
        const found = look();
        if (found === undefined) return;
        this.#waiting.delete(attempt);
        resolve(found);
      };
      this.#waiting.add(attempt);
      attempt();
    });
  }

  async stop(): Promise<void> {
    await Promise.all(this.#subscriptions.map((subscription) => subscription.stop()));
  }

  #grant({ taskRunId }: ClaimAttempt): ClaimReply {
    const work = this.#works.get(taskRunId);
    return work ? { granted: true, work } : { granted: false };
  }
}

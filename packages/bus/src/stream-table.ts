const DAY_MS = 24 * 60 * 60 * 1000;
const MIB = 1024 * 1024;

/** A JetStream stream: what it holds, for how long, and what happens when it is full. */
export interface StreamDefinition {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly description: string;
  /** `workQueue`: a message goes when it is acknowledged. `limits`: it stays until it is too old or one too many. */
  readonly retention: 'workQueue' | 'limits';
  /** Full: refuse the new message, or drop the oldest. */
  readonly whenFull: 'refuse' | 'dropOldest';
  readonly maxBytes: number;
  /** 0 for no limit. */
  readonly maxAgeMs: number;
}

/** How long a stream remembers message ids, ms: longer than the longest repetition of a publisher. */
export const DEDUPLICATION_WINDOW_MS = 120_000;

/** Names of the streams, for consumers. */
export const STREAM = { tasks: 'TASKS', events: 'EVENTS', logs: 'LOGS' } as const;

/** Every stream there is. The server keeps them as files; losing them loses no work (Postgres has the truth). */
export const STREAMS: readonly StreamDefinition[] = [
  {
    name: STREAM.tasks,
    subjects: ['cmd.task.run.>'],
    description: 'Task attempts waiting for a runner with a free slot.',
    retention: 'workQueue',
    whenFull: 'refuse',
    maxBytes: 512 * MIB,
    maxAgeMs: 0,
  },
  {
    name: STREAM.events,
    subjects: ['evt.>'],
    description: 'Public events of the last seven days.',
    retention: 'limits',
    whenFull: 'dropOldest',
    maxBytes: 1024 * MIB,
    maxAgeMs: 7 * DAY_MS,
  },
  {
    name: STREAM.logs,
    subjects: ['log.>'],
    description: 'Log lines of the last hour; all of them are in Postgres.',
    retention: 'limits',
    whenFull: 'dropOldest',
    maxBytes: 256 * MIB,
    maxAgeMs: 60 * 60 * 1000,
  },
];

import type { Event } from '../core/index.ts';
import type { ExecutionRow, TaskRunRow } from './rows.ts';

/** What one commit writes: a list of rows for each part of the statement. */
export interface BatchRows {
  readonly created: ExecutionRow[];
  readonly changed: (ExecutionRow & { readonly from_version: number })[];
  readonly taskRuns: TaskRunRow[];
  readonly journal: JournalRow[];
  readonly logs: LogRow[];
  readonly metrics: MetricRow[];
  readonly timers: TimerRow[];
  readonly endedTimers: { readonly id: string }[];
  readonly droppedTaskRuns: { readonly execution_id: string; readonly n: number }[];
  readonly slots: { readonly execution_id: string; readonly namespace: string; readonly flow_id: string }[];
  readonly freedSlots: { readonly execution_id: string }[];
}

export interface JournalRow {
  readonly execution_id: string;
  /** Of the execution after these events. */
  readonly version: number;
  readonly partition: number;
  readonly at_ms: number;
  readonly events: readonly Event[];
}

export interface LogRow {
  readonly execution_id: string;
  readonly n: number | null;
  readonly task_id: string | null;
  readonly attempt: number | null;
  readonly at_ms: number;
  readonly level: number;
  readonly message: string;
}

export interface MetricRow {
  readonly execution_id: string;
  readonly n: number;
  readonly task_id: string;
  readonly name: string;
  readonly type: string;
  readonly value: number;
  readonly tags: Readonly<Record<string, string>> | null;
  readonly at_ms: number;
}

export interface TimerRow {
  readonly id: string;
  readonly execution_id: string;
  readonly partition: number;
  readonly due_at_ms: number;
}

export const emptyBatch = (): BatchRows => ({
  created: [],
  changed: [],
  taskRuns: [],
  journal: [],
  logs: [],
  metrics: [],
  timers: [],
  endedTimers: [],
  droppedTaskRuns: [],
  slots: [],
  freedSlots: [],
});

/** Levels as they lie in the table: smaller than text, and comparable. */
export const LOG_LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR'] as const;
export const levelNumber = (level: (typeof LOG_LEVELS)[number]): number => LOG_LEVELS.indexOf(level);

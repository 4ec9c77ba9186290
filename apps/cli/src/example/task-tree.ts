import type { Paint } from './paint.ts';

/** A task run, as the tree shows it. */
export interface TreeTask {
  readonly id: string;
  readonly taskId: string;
  readonly parentTaskRunId: string | null;
  readonly value: string | null;
  readonly state: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

const SIGNS: Readonly<Record<string, string>> = { SUCCESS: '✔', WARNING: '!', FAILED: '✘', KILLED: '✘', SKIPPED: '·' };

/** The task runs of an execution as a tree, a line each, with their states and how long they took. */
export function taskTree(tasks: readonly TreeTask[], paint: Paint): string[] {
  const lines = branch(tasks, null, '');
  const width = Math.max(0, ...lines.map(({ stem, task }) => stem.length + nameOf(task).length));
  return lines.map(({ stem, task }) => {
    const name = nameOf(task).padEnd(width - stem.length);
    const sign = SIGNS[task.state] ?? '…';
    return `${paint.dim(stem)}${paint.mood(task.state, sign)} ${name}  ${paint.mood(task.state, task.state.padEnd(9))}${paint.dim(durationOf(task))}`.trimEnd();
  });
}

interface TreeLine {
  /** The lines that lead to it. */
  readonly stem: string;
  readonly task: TreeTask;
}

function branch(tasks: readonly TreeTask[], parentId: string | null, stem: string): TreeLine[] {
  const children = tasks.filter(({ parentTaskRunId }) => parentTaskRunId === parentId);
  return children.flatMap((task, index) => {
    const last = index === children.length - 1;
    return [
      { stem: `${stem}${last ? '└─ ' : '├─ '}`, task },
      ...branch(tasks, task.id, `${stem}${last ? '   ' : '│  '}`),
    ];
  });
}

const nameOf = ({ taskId, value }: TreeTask): string => (value === null ? taskId : `${taskId} [${value}]`);

function durationOf({ startedAt, endedAt }: TreeTask): string {
  if (!startedAt || !endedAt) return '';
  return ` ${((Date.parse(endedAt) - Date.parse(startedAt)) / 1000).toFixed(2)} s`;
}

import { expect, it } from 'vitest';
import { paintFor } from './paint.ts';
import { taskTree } from './task-tree.ts';
import type { TreeTask } from './task-tree.ts';

const task = (id: string, taskId: string, more: Partial<TreeTask> = {}): TreeTask => ({
  id,
  taskId,
  parentTaskRunId: null,
  value: null,
  state: 'SUCCESS',
  startedAt: '2030-01-01T00:00:00.000Z',
  endedAt: '2030-01-01T00:00:01.500Z',
  ...more,
});

it('shows who stands under whom, how it ended and how long it took', () => {
  const tasks = [
    task('e-1', 'download'),
    task('e-2', 'if_green'),
    task('e-3', 'copy', { parentTaskRunId: 'e-2', state: 'FAILED' }),
    task('e-4', 'merge', { parentTaskRunId: 'e-2', state: 'CREATED', startedAt: null, endedAt: null }),
    task('e-5', 'each', { value: 'a' }),
  ];
  expect(taskTree(tasks, paintFor(false))).toEqual([
    '├─ ✔ download  SUCCESS   1.50 s',
    '├─ ✔ if_green  SUCCESS   1.50 s',
    '│  ├─ ✘ copy   FAILED    1.50 s',
    '│  └─ … merge  CREATED',
    '└─ ✔ each [a]  SUCCESS   1.50 s',
  ]);
});

it('has no colours where nobody could see them', () => {
  expect(paintFor(false).mood('FAILED', 'x')).toBe('x');
  expect(paintFor(true).mood('FAILED', 'x')).toBe('\u001B[31mx\u001B[0m');
});

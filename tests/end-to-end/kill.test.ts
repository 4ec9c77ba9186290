import { existsSync, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TuttiInstance } from './testing/tutti-instance.ts';

let instance: TuttiInstance;
beforeAll(async () => {
  instance = await TuttiInstance.start();
});
afterAll(() => instance.destroy());

it('ends the whole process tree of a script that is killed', async () => {
  const witness = join(instance.folder, 'pid');
  await instance.api.importFlows(`
id: endless
namespace: e2e.kill
inputs: [{id: witness, type: STRING}]
tasks:
  - id: wait
    type: io.kestra.plugin.scripts.shell.Commands
    taskRunner: {type: io.kestra.plugin.core.runner.Process}
    commands:
      - sleep 3600 & echo $! > {{ inputs.witness }}.new && mv {{ inputs.witness }}.new {{ inputs.witness }} && wait
  - {id: never, type: io.kestra.plugin.core.log.Log, message: never}
`);
  const written = untilWritten(witness);
  const { id } = await instance.api.execute('e2e.kill', 'endless', { witness });
  await written;
  const pid = Number(await readFile(witness, 'utf8'));
  expect(isAlive(pid)).toBe(true);
  await instance.api.request('DELETE', `/api/v1/executions/${id}/kill`);
  expect((await instance.api.untilEnded(id)).state.current).toBe('KILLED');
  while (isAlive(pid)) await new Promise((resolve) => setImmediate(resolve));
  const { execution } = await instance.api.ask<{ execution: { taskRuns: { nodes: { taskId: string }[] } } }>(
    'query ($id: ID!) { execution(id: $id) { taskRuns { nodes { taskId } } } }',
    { id },
  );
  expect(execution.taskRuns.nodes).toEqual([{ taskId: 'wait' }]);
});

function untilWritten(file: string): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(join(file, '..'), () => {
      if (!existsSync(file)) return;
      watcher.close();
      resolve();
    });
  });
}

/** A process that has ended and that nobody has asked after yet is a zombie, and counts as ended. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

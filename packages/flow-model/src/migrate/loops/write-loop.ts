import type { Json } from '../../json.ts';
import type { Editable } from '../editable.ts';
import { childrenOf, limitOf } from './loop-obstacles.ts';
import type { SourceTask } from './source-task.ts';

const LONG = 'io.kestra.plugin.';

/** Writes one loop as core.flow.Loop; what its tasks refer to is written by the caller. */
export function writeLoop(
  flow: Editable,
  loop: SourceTask,
  tasks: readonly SourceTask[],
  handedOut: readonly string[],
): void {
  const { path, data, control } = loop;
  const written = String(data['type'] as string);
  const named = (type: string): string => (written.startsWith(LONG) ? LONG + type : type);
  flow.setScalar([...path, 'type'], named('core.flow.Loop'));
  flow.changed([...path, 'type'], `${written} -> ${named('core.flow.Loop')}`);
  const outputs = handedOut.map((id) => ({ id, type: 'JSON', value: `{{ outputs['${id}'] ?? {} }}` }));
  const limit: readonly [string, Json][] =
    control === 'eachParallel' && data['concurrent'] === undefined ? [['concurrencyLimit', 0]] : [];
  flow.addAfter([...path, 'type'], outputs.length > 0 ? [...limit, ['outputs', outputs]] : limit);
  if (outputs.length > 0) flow.changed(path, `hands out the outputs of ${handedOut.join(', ')}`);
  if (control === 'forEach') return;
  if (data['values'] === undefined) flow.renameKey([...path, 'value'], 'values');
  if (control !== 'eachParallel') return;
  if (data['concurrent'] !== undefined) flow.renameKey([...path, 'concurrent'], 'concurrencyLimit');
  if (childrenOf(loop) < 2 || limitOf(loop) !== '0') return;
  const id = freeId(`${loop.id}_tasks`, tasks);
  flow.wrapList([...path, 'tasks'], id, named('core.flow.Parallel'));
  flow.changed([...path, 'tasks'], `its tasks stand in the Parallel "${id}", as they ran at the same time`);
}

function freeId(wanted: string, tasks: readonly SourceTask[]): string {
  return tasks.some(({ id }) => id === wanted) ? freeId(`${wanted}_`, tasks) : wanted;
}

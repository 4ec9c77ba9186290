import { TaskSpec } from '@tutti/plugin-sdk';
import { loadCatalogue } from '@tutti/plugins';
import { expect, it } from 'vitest';
import { taskOfSpec } from './task-of-spec.ts';

const catalogue = await loadCatalogue('');
const read = (text: string) => taskOfSpec(new TaskSpec(text), 'core.templating.TemplatedTask', catalogue);

it('reads a task under any of its names', () => {
  const task = read('type: io.kestra.plugin.core.debug.Return\nformat: "{{ inputs.x }}"');
  expect(task).toMatchObject({ type: 'core.debug.Return', properties: { format: '{{ inputs.x }}' } });
});

it.each([
  ['a: [', 'The rendered spec cannot be run: This'],
  ['just text', 'A task is a map with a "type".'],
  ['format: x', 'type'],
  ['type: no.such.Type', 'no.such.Type'],
  ['type: core.kv.Get', 'key'],
  ['type: core.templating.TemplatedTask\nspec: x', 'It cannot be another core.templating.TemplatedTask.'],
])('refuses %j, and says why', (text, reason) => {
  expect(() => read(text)).toThrow(reason);
  expect(() => read(text)).toThrow(expect.objectContaining({ code: 'TASK_SPEC_INVALID' }));
});

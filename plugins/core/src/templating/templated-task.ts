import { TaskSpec, defineTask, s } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';

const TEMPLATED_FLOW = `id: task-from-text
namespace: company.team
variables:
  type: core.debug.Return
tasks:
  - id: templated
    type: core.templating.TemplatedTask
    spec: |
      type: {{ vars.type }}
      format: made while running
  - id: show
    type: core.log.Log
    message: "{{ outputs.templated.value }}"
`;

export const templatedTask = defineTask({
  type: 'core.templating.TemplatedTask',
  aliases: kestraNames('core.templating.TemplatedTask', 'templating.TemplatedTask'),
  title: 'Run a task whose YAML is rendered first, with its type.',
  description:
    'The properties of the task are rendered once more when it runs. It cannot be a control task; its timeout and its retries are those of this task. Its outputs are those of this task too.',
  properties: { spec: s.nonEmpty().describe('The task in YAML; it needs no id.') },
  examples: [{ title: 'Choose the type of a task', flow: TEMPLATED_FLOW }],
  run: (_context, { spec }) => Promise.resolve(new TaskSpec(spec)),
});

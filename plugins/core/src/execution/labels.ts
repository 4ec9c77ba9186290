import { TaskError, definePureTask, s } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';

const LABELS_FLOW = `id: label-me
namespace: company.team
inputs:
  - id: taxi
    type: STRING
    defaults: green
tasks:
  - id: set
    type: core.execution.Labels
    labels:
      taxi: "{{ inputs.taxi }}"
      file: "{{ inputs.taxi }}.csv"
  - id: show
    type: core.log.Log
    message: "{{ labels.file }}"
`;

const pair = s.object({ key: s.nonEmpty(), value: s.string() });

export const labels = definePureTask({
  type: 'core.execution.Labels',
  aliases: kestraNames('core.execution.Labels', 'executions.Labels'),
  title: 'Add labels to the running execution, or change them.',
  description: 'A label of the same key is overwritten. Keys that begin with `system.` are kept for the engine.',
  properties: {
    labels: s
      .union([s.record(s.string()), s.list(pair)])
      .describe('Map of labels, a list of `key` and `value`, or the JSON text of either.'),
  },
  examples: [{ title: 'Label an execution by its input', flow: LABELS_FLOW }],
  evaluate(properties) {
    const added = Array.isArray(properties.labels)
      ? Object.fromEntries(properties.labels.map(({ key, value }) => [key, value]))
      : properties.labels;
    const reserved = Object.keys(added).find((key) => key.startsWith('system.'));
    if (reserved !== undefined)
      throw new TaskError('LABEL_RESERVED', `The label "${reserved}" can only be set by the engine itself.`, {
        retryable: false,
        hint: 'Choose a key that does not begin with "system.".',
      });
    return { labels: added };
  },
});

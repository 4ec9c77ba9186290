import { definePureTask, s } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';

const RETURN_FLOW = `id: give-back
namespace: company.team
tasks:
  - id: compute
    type: core.debug.Return
    format: "{{ 20 + 1 }}"
  - id: use
    type: core.log.Log
    message: The result is {{ outputs.compute.value }}.
`;

export const returnTask = definePureTask({
  type: 'core.debug.Return',
  aliases: kestraNames('core.debug.Return', 'debugs.Return'),
  title: 'Return a rendered text as an output.',
  description: 'Helps to look at values and to test flows.',
  properties: {
    format: s.string().optional().describe('Template; what it renders to becomes the output.'),
  },
  outputs: {
    value: s.string().describe('The rendered text.'),
  },
  examples: [{ title: 'Hand a value to a later task', flow: RETURN_FLOW }],
  evaluate: ({ format }) => ({
    ...(format !== undefined && { outputs: { value: format } }),
    logs: format === undefined ? [] : [{ level: 'DEBUG', message: format }],
    metrics: [
      { name: 'length', type: 'counter', value: format?.length ?? 0 },
      // Part of a batch, it takes no time of its own; the metric is there because dashboards ask for it.
      { name: 'duration', type: 'timer', value: 0 },
    ],
  }),
});

import { defineControl, property, s } from '@tutti/plugin-sdk';
import { children, handlers } from '../children.ts';
import { kestraNames } from '../kestra-names.ts';

const EACH_FLOW = `id: each-sequential
namespace: company.team
tasks:
  - id: each
    type: core.flow.EachSequential
    value: '["a", "b"]'
    tasks:
      - id: show
        type: core.log.Log
        message: "{{ taskrun.value }}"
`;

export const eachSequential = defineControl({
  type: 'core.flow.EachSequential',
  aliases: kestraNames('core.flow.EachSequential', 'flows.EachSequential'),
  control: 'eachSequential',
  title: 'Run tasks for each value of a list, one value after another.',
  deprecated: 'core.flow.ForEach',
  properties: {
    value: property(s.json().describe('A list, the JSON text of one, or a template for either.'), { render: 'typed' }),
    tasks: children('The tasks for each value.'),
    ...handlers,
  },
  examples: [{ title: 'One after another', flow: EACH_FLOW }],
});

import { defineControl, property, s } from '@tutti/plugin-sdk';
import { children, handlers } from '../children.ts';
import { kestraNames } from '../kestra-names.ts';

const EACH_FLOW = `id: each-parallel
namespace: company.team
tasks:
  - id: each
    type: core.flow.EachParallel
    value: ["a", "b"]
    concurrent: 2
    tasks:
      - id: show
        type: core.log.Log
        message: "{{ taskrun.value }}"
`;

export const eachParallel = defineControl({
  type: 'core.flow.EachParallel',
  aliases: kestraNames('core.flow.EachParallel', 'flows.EachParallel'),
  control: 'eachParallel',
  title: 'Run each task for each value of a list, all at the same time.',
  deprecated: 'core.flow.ForEach',
  properties: {
    value: property(s.json().describe('A list, the JSON text of one, or a template for either.'), { render: 'typed' }),
    concurrent: s.int().default(0).describe('How many task runs may run at once; 0 for all.'),
    tasks: children('The tasks for each value.'),
    ...handlers,
  },
  examples: [{ title: 'All at once', flow: EACH_FLOW }],
});

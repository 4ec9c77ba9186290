import { defineControl, property, s } from '@tutti/plugin-sdk';
import { children, handlers } from '../children.ts';
import { kestraNames } from '../kestra-names.ts';

const FOR_EACH_FLOW = `id: for-each
namespace: company.team
tasks:
  - id: each
    type: core.flow.ForEach
    values: [green, yellow]
    concurrencyLimit: 2
    tasks:
      - id: show
        type: core.log.Log
        message: "{{ taskrun.iteration }}: {{ taskrun.value }}"
`;

export const forEach = defineControl({
  type: 'core.flow.ForEach',
  aliases: kestraNames('core.flow.ForEach'),
  control: 'forEach',
  title: 'Run a group of tasks for each value of a list.',
  description: 'Children of one value run one after another; `taskrun.value` and `taskrun.iteration` tell which it is.',
  properties: {
    values: property(s.json().describe('A list, the JSON text of one, or a template for either.'), { render: 'typed' }),
    concurrencyLimit: s.int().default(1).describe('How many values are worked on at once; 0 for all.'),
    tasks: children('The tasks for each value.'),
    ...handlers,
  },
  examples: [{ title: 'Two values at once', flow: FOR_EACH_FLOW }],
});

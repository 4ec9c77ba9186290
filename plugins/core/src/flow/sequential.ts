import { defineControl } from '@tutti/plugin-sdk';
import { children, handlers } from '../children.ts';
import { kestraNames } from '../kestra-names.ts';

const SEQUENTIAL_FLOW = `id: sequential
namespace: company.team
tasks:
  - id: steps
    type: core.flow.Sequential
    tasks:
      - id: first
        type: core.log.Log
        message: First.
      - id: second
        type: core.log.Log
        message: Second.
`;

export const sequential = defineControl({
  type: 'core.flow.Sequential',
  aliases: kestraNames('core.flow.Sequential', 'flows.Sequential'),
  control: 'sequential',
  title: 'Run tasks one after another.',
  properties: { tasks: children('The tasks, in their order.'), ...handlers },
  examples: [{ title: 'Group two steps', flow: SEQUENTIAL_FLOW }],
});

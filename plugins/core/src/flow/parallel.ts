import { defineControl, s } from '@tutti/plugin-sdk';
import { children, handlers } from '../children.ts';
import { kestraNames } from '../kestra-names.ts';

const PARALLEL_FLOW = `id: parallel
namespace: company.team
tasks:
  - id: both
    type: core.flow.Parallel
    tasks:
      - id: left
        type: core.log.Log
        message: Left.
      - id: right
        type: core.log.Log
        message: Right.
`;

export const parallel = defineControl({
  type: 'core.flow.Parallel',
  aliases: kestraNames('core.flow.Parallel', 'flows.Parallel'),
  control: 'parallel',
  title: 'Run tasks at the same time.',
  description: 'After a failure those that run are finished, and nothing new starts.',
  properties: {
    tasks: children('The tasks.'),
    concurrent: s.int().default(0).describe('How many may run at once; 0 for all.'),
    ...handlers,
  },
  examples: [{ title: 'Two branches at once', flow: PARALLEL_FLOW }],
});

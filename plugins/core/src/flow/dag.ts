import { defineControl, s } from '@tutti/plugin-sdk';
import { children, handlers } from '../children.ts';
import { kestraNames } from '../kestra-names.ts';

const DAG_FLOW = `id: dag
namespace: company.team
tasks:
  - id: graph
    type: core.flow.Dag
    tasks:
      - task:
          id: extract
          type: core.log.Log
          message: Extract.
      - task:
          id: load
          type: core.log.Log
          message: Load.
        dependsOn: [extract]
`;

export const dag = defineControl({
  type: 'core.flow.Dag',
  aliases: kestraNames('core.flow.Dag', 'flows.Dag'),
  control: 'dag',
  title: 'Run tasks as soon as those they depend on have ended.',
  properties: {
    tasks: children('Entries of a `task` and the ids it depends on (`dependsOn`).'),
    concurrent: s.int().default(0).describe('How many may run at once; 0 for all.'),
    ...handlers,
  },
  examples: [{ title: 'Load after extract', flow: DAG_FLOW }],
});

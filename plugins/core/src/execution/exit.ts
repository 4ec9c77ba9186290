import { definePureTask, s } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';

const EXIT_FLOW = `id: leave-early
namespace: company.team
inputs:
  - id: dry
    type: BOOLEAN
    defaults: true
tasks:
  - id: check
    type: core.flow.If
    condition: "{{ inputs.dry }}"
    then:
      - id: leave
        type: core.execution.Exit
        state: WARNING
  - id: work
    type: core.log.Log
    message: Only without dry.
`;

export const exit = definePureTask({
  type: 'core.execution.Exit',
  aliases: kestraNames('core.execution.Exit'),
  title: 'End the whole execution here, in a state of your choice.',
  description:
    'The task run, its parents and the execution take the state. Neither `errors` nor `finally` run; `afterExecution` does.',
  properties: {
    state: s
      .enum(['SUCCESS', 'WARNING', 'FAILED', 'KILLED', 'CANCELLED', 'CANCELED'])
      .default('SUCCESS')
      .describe('State of the execution. CANCELED is an older spelling of CANCELLED.'),
  },
  examples: [{ title: 'Leave a dry run early', flow: EXIT_FLOW }],
  evaluate: ({ state }) => ({ exit: state === 'CANCELED' ? 'CANCELLED' : state }),
});

import { defineTask, s } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';

const KILL_FLOW = `id: kill-another
namespace: company.team
inputs:
  - id: execution
    type: STRING
tasks:
  - id: kill
    type: core.execution.Kill
    executionId: "{{ inputs.execution }}"
`;

export const kill = defineTask({
  type: 'core.execution.Kill',
  aliases: kestraNames('core.execution.Kill'),
  title: 'Stop an execution.',
  properties: {
    executionId: s.nonEmpty().describe('The execution.'),
    propagateKill: s.boolean().default(true).describe('Whether its subflows are stopped too.'),
  },
  examples: [{ title: 'Stop another one', flow: KILL_FLOW, runs: false }],
  run: ({ engine }, { executionId, propagateKill }) => engine.kill(executionId, { cascade: propagateKill }),
});

import { defineControl, property, s } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';
import { subflowProperties } from './subflow-properties.ts';

const SUBFLOW_FLOW = `id: parent
namespace: company.team
tasks:
  - id: call
    type: core.flow.Subflow
    namespace: company.team
    flowId: child
    inputs:
      month: 2020-10
  - id: use
    type: core.log.Log
    message: "{{ outputs.call.outputs.rows }} rows"
`;

export const subflow = defineControl({
  type: 'core.flow.Subflow',
  aliases: [
    ...kestraNames('core.flow.Subflow', 'flows.Subflow', 'flows.Flow', 'flows.Template'),
    'io.kestra.plugin.core.flow.Template',
  ],
  control: 'subflow',
  title: 'Start another flow, and wait for it.',
  properties: {
    ...subflowProperties,
    flowId: property(subflowProperties.flowId, { aliases: ['templateId'] }),
    outputs: property(
      s
        .record(s.json())
        .optional()
        .describe('Deprecated: templates over the other execution, for a flow that declares no outputs.'),
      { render: 'elsewhere' },
    ),
  },
  outputs: {
    executionId: s.string().describe('Id of the execution that was started.'),
    state: s.string().describe('Its state; CREATED without waiting.'),
    outputs: s.record(s.json()).describe('Its outputs.'),
  },
  examples: [{ title: 'Use what a child returns', flow: SUBFLOW_FLOW, runs: false }],
});

import { defineTask, s } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';

const TOGGLE_FLOW = `id: toggle
namespace: company.team
tasks:
  - id: off
    type: core.trigger.Toggle
    flowId: nightly
    namespace: company.team
    trigger: at-two
    enabled: false
`;

export const toggle = defineTask({
  type: 'core.trigger.Toggle',
  aliases: [...kestraNames('core.trigger.Toggle', 'trigger.Toggle'), 'io.kestra.plugin.kestra.triggers.Toggle'],
  title: 'Switch a trigger on or off.',
  properties: {
    trigger: s.nonEmpty().describe('Id of the trigger.'),
    flowId: s.nonEmpty().optional().describe('Its flow; this one when left out.'),
    namespace: s.nonEmpty().optional().describe('Namespace of that flow; that of this one when left out.'),
    enabled: s.boolean().default(false).describe('Whether it is to be on.'),
  },
  examples: [{ title: 'No more nightly runs', flow: TOGGLE_FLOW, runs: false }],
  run: ({ engine, execution }, { trigger, flowId = execution.flowId, namespace = execution.namespace, enabled }) =>
    engine.setTriggerDisabled({ namespace, flowId, triggerId: trigger }, !enabled),
});

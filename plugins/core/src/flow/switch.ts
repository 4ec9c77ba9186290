import { defineControl, property, s } from '@tutti/plugin-sdk';
import { handlers, optionalChildren } from '../children.ts';
import { kestraNames } from '../kestra-names.ts';

const SWITCH_FLOW = `id: switch
namespace: company.team
inputs:
  - id: size
    type: STRING
    defaults: small
tasks:
  - id: by-size
    type: core.flow.Switch
    value: "{{ inputs.size }}"
    cases:
      small:
        - id: small
          type: core.log.Log
          message: Small.
      large:
        - id: large
          type: core.log.Log
          message: Large.
    defaults:
      - id: other
        type: core.log.Log
        message: Neither.
`;

export const switchTask = defineControl({
  type: 'core.flow.Switch',
  aliases: kestraNames('core.flow.Switch', 'flows.Switch'),
  control: 'switch',
  title: 'Run the tasks of the case that a value names.',
  properties: {
    value: s.string().describe('Template; its text is compared with the keys of the cases.'),
    cases: property(s.record(s.list(s.unknown())).optional().describe('Tasks by case.'), {
      render: 'none',
      children: true,
    }),
    defaults: optionalChildren('Tasks for a value that no case names.'),
    ...handlers,
  },
  outputs: {
    value: s.string().describe('The rendered value.'),
    defaults: s.boolean().describe('Whether no case named it.'),
  },
  examples: [{ title: 'Choose by an input', flow: SWITCH_FLOW }],
});

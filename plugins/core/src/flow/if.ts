import { defineControl, s } from '@tutti/plugin-sdk';
import { children, handlers, optionalChildren } from '../children.ts';
import { kestraNames } from '../kestra-names.ts';

const IF_FLOW = `id: if-else
namespace: company.team
inputs:
  - id: taxi
    type: STRING
    defaults: green
tasks:
  - id: which
    type: core.flow.If
    condition: "{{ inputs.taxi == 'yellow' }}"
    then:
      - id: yellow
        type: core.log.Log
        message: A yellow one.
    else:
      - id: other
        type: core.log.Log
        message: Not a yellow one.
`;

export const ifTask = defineControl({
  type: 'core.flow.If',
  aliases: kestraNames('core.flow.If', 'flows.If'),
  control: 'if',
  title: 'Run tasks only when a condition holds.',
  description: 'The condition is rendered once. The empty text, `false`, `0` and `-0` count as false.',
  properties: {
    condition: s.string().describe('Template; rendered once.'),
    // oxlint-disable-next-line unicorn/no-thenable -- the word of the language; nobody awaits a map of schemas
    then: children('Tasks for a condition that holds.'),
    else: optionalChildren('Tasks for one that does not.'),
    ...handlers,
  },
  outputs: {
    evaluationResult: s.boolean().describe('Whether the condition held.'),
  },
  examples: [{ title: 'Two branches', flow: IF_FLOW }],
});

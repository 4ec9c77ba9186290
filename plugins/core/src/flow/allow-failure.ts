import { defineControl } from '@tutti/plugin-sdk';
import { children, handlers } from '../children.ts';
import { kestraNames } from '../kestra-names.ts';

const ALLOW_FLOW = `id: allow-failure
namespace: company.team
tasks:
  - id: try
    type: core.flow.AllowFailure
    tasks:
      - id: fails
        type: core.execution.Fail
  - id: on
    type: core.log.Log
    message: We go on, with a warning.
`;

export const allowFailure = defineControl({
  type: 'core.flow.AllowFailure',
  aliases: kestraNames('core.flow.AllowFailure', 'flows.AllowFailure'),
  control: 'allowFailure',
  title: 'Run tasks whose failure is only a warning.',
  properties: { tasks: children('The tasks; the rest is left out after a failure.'), ...handlers },
  examples: [{ title: 'Go on after a failure', flow: ALLOW_FLOW }],
});

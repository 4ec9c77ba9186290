import { TaskError, definePureTask, s } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';

const UNSET_FLOW = `id: unset-variables
namespace: company.team
variables:
  draft: true
tasks:
  - id: forget
    type: core.execution.UnsetVariables
    variables: [draft]
  - id: show
    type: core.log.Log
    message: "{{ vars.draft ?? 'gone' }}"
`;

export const unsetVariables = definePureTask({
  type: 'core.execution.UnsetVariables',
  aliases: kestraNames('core.execution.UnsetVariables'),
  title: 'Remove variables from the running execution.',
  properties: {
    variables: s.list(s.string()).describe('Names of the variables.'),
    ignoreMissing: s.boolean().default(false).describe('Whether a name that does not exist is passed over.'),
  },
  examples: [{ title: 'Forget a variable', flow: UNSET_FLOW }],
  evaluate({ variables, ignoreMissing }, context) {
    const missing = ignoreMissing ? [] : variables.filter((name) => !(name in context.variables));
    if (missing.length > 0)
      throw new TaskError('VARIABLES_MISSING', `These variables do not exist: ${missing.join(', ')}.`, {
        retryable: false,
        hint: 'Set ignoreMissing: true to pass over them.',
      });
    return { unsetVariables: variables };
  },
});

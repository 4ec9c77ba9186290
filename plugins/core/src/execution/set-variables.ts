import { TaskError, definePureTask, s } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';

const SET_FLOW = `id: set-variables
namespace: company.team
variables:
  count: 1
tasks:
  - id: set
    type: core.execution.SetVariables
    variables:
      count: "{{ vars.count + 1 }}"
  - id: show
    type: core.log.Log
    message: "{{ vars.count }}"
`;

export const setVariables = definePureTask({
  type: 'core.execution.SetVariables',
  aliases: kestraNames('core.execution.SetVariables'),
  title: 'Set variables of the running execution.',
  description: 'Maps are merged deeply into those that are there. Only this execution sees the change.',
  properties: {
    variables: s.record(s.json()).describe('The variables by name; what an expression renders to is text.'),
    overwrite: s.boolean().default(true).describe('Whether variables that exist may be replaced.'),
  },
  examples: [{ title: 'Count', flow: SET_FLOW }],
  evaluate({ variables, overwrite }, context) {
    const clashes = overwrite ? [] : Object.keys(variables).filter((name) => name in context.variables);
    if (clashes.length > 0)
      throw new TaskError('VARIABLES_EXIST', `These variables exist already: ${clashes.join(', ')}.`, {
        retryable: false,
        hint: 'Set overwrite: true to replace them.',
      });
    return { setVariables: variables };
  },
});

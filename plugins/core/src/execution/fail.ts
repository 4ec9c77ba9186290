import { TaskError, definePureTask, s } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';
import { isTruthy } from '../truth.ts';

const FAIL_FLOW = `id: stop-on-request
namespace: company.team
inputs:
  - id: rows
    type: INT
    defaults: 10
tasks:
  - id: too-few
    type: core.execution.Fail
    condition: "{{ inputs.rows < 5 }}"
    errorMessage: Only {{ inputs.rows }} rows came.
  - id: on
    type: core.log.Log
    message: Enough rows.
`;

export const fail = definePureTask({
  type: 'core.execution.Fail',
  aliases: kestraNames('core.execution.Fail', 'executions.Fail'),
  title: 'Fail on purpose, always or on a condition.',
  properties: {
    condition: s.string().optional().describe('Fails when this renders to true; always when it is left out.'),
    errorMessage: s.string().default('Task failure').describe('What the log and the task run say.'),
  },
  examples: [{ title: 'Refuse too little data', flow: FAIL_FLOW }],
  evaluate({ condition, errorMessage }) {
    if (condition === undefined || isTruthy(condition)) throw new TaskError('TASK_FAILED_ON_PURPOSE', errorMessage);
    return {};
  },
});

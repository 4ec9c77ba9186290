import { definePureTask, property, s } from '@tutti/plugin-sdk';
import type { PureResult } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';
import { isTruthy } from '../truth.ts';

const ASSERT_FLOW = `id: check-inputs
namespace: company.team
inputs:
  - id: rows
    type: INT
    defaults: 10
tasks:
  - id: check
    type: core.execution.Assert
    conditions:
      - "{{ inputs.rows > 0 }}"
      - "{{ inputs.rows < 1000 }}"
    errorMessage: The number of rows is not plausible.
`;

export const assert = definePureTask({
  type: 'core.execution.Assert',
  aliases: kestraNames('core.execution.Assert'),
  title: 'Fail unless every condition holds.',
  properties: {
    conditions: property(s.list(s.string()).describe('Templates; each must render to true.'), { render: 'none' }),
    errorMessage: s.string().optional().describe('Said in addition when one does not hold.'),
  },
  examples: [{ title: 'Check what came in', flow: ASSERT_FLOW }],
  evaluate({ conditions, errorMessage }, context) {
    const failing = conditions.filter((condition) => !isTruthy(context.render(condition)));
    const metrics: PureResult['metrics'] = [
      { name: 'success', type: 'counter', value: conditions.length - failing.length },
      { name: 'failed', type: 'counter', value: failing.length },
    ];
    if (failing.length === 0) return { metrics };
    const count = `${failing.length} assertion${failing.length > 1 ? 's' : ''} failed!`;
    return {
      state: 'FAILED',
      metrics,
      logs: [
        ...failing.map((condition) => ({ level: 'ERROR' as const, message: `Assertion \`${condition}\` failed!` })),
        { level: 'ERROR', message: errorMessage === undefined ? count : `${count}\n${errorMessage}` },
      ],
    };
  },
});

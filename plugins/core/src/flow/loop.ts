import { defineControl, property, s } from '@tutti/plugin-sdk';
import { children, handlers } from '../children.ts';
import { kestraNames } from '../kestra-names.ts';

const LOOP_FLOW = `id: loop
namespace: company.team
tasks:
  - id: numbers
    type: core.flow.Loop
    values: [1, 2, 3]
    tasks:
      - id: square
        type: core.debug.Return
        format: "{{ item.value * item.value }}"
    outputs:
      - id: square
        type: INT
        value: "{{ outputs.square.value }}"
  - id: show
    type: core.log.Log
    message: "{{ loopOutputs(outputs.numbers.outputs, 'square') }}"
`;

const loopOutput = s.object({
  id: s.nonEmpty(),
  type: s.string().optional(),
  value: s.json(),
  displayName: s.string().optional(),
  description: s.string().optional(),
  required: s.boolean().optional(),
});

export const loop = defineControl({
  type: 'core.flow.Loop',
  aliases: kestraNames('core.flow.Loop'),
  control: 'loop',
  title: 'Run tasks for each item, each iteration on its own.',
  description: 'An iteration sees `item.value`, `item.index` and `item.key`; others see only what `outputs` declares.',
  properties: {
    values: property(
      s.json().describe('A list, a map, the JSON text of either, or the URI of a file with one item a line.'),
      { render: 'typed' },
    ),
    concurrencyLimit: s.int().default(1).describe('How many iterations may run at once; 0 for all.'),
    transmitFailed: s.boolean().default(true).describe('Whether a failed iteration fails the loop.'),
    outputs: property(s.list(loopOutput).default([]).describe('What an iteration hands out.'), { render: 'none' }),
    fetchType: s
      .enum(['AUTO', 'FETCH', 'STORE', 'NONE'])
      .default('AUTO')
      .describe(
        'Outputs of an iteration as they are (FETCH) or as a file (STORE); AUTO stores them for values from a file.',
      ),
    tasks: children('The tasks of one iteration.'),
    ...handlers,
  },
  outputs: {
    iterationCount: s.int().describe('Iterations in all.'),
    runningIterations: s.int().describe('Iterations under way.'),
    terminatedIterations: s.int().describe('Iterations that have ended.'),
    outputs: s.list(s.json()).describe('Entries of `item` and `outputs`, in order.'),
  },
  examples: [{ title: 'Collect squares', flow: LOOP_FLOW }],
});

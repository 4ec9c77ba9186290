import { defineControl, property, s } from '@tutti/plugin-sdk';
import { children, handlers } from '../children.ts';
import { kestraNames } from '../kestra-names.ts';

const LOOP_UNTIL_FLOW = `id: loop-until
namespace: company.team
tasks:
  - id: wait
    type: core.flow.LoopUntil
    condition: "{{ outputs.ask.value == '2' }}"
    checkFrequency:
      interval: PT0.1S
      maxIterations: 10
    tasks:
      - id: ask
        type: core.debug.Return
        format: "{{ taskrun.iteration }}"
`;

const checkFrequency = s.object({
  interval: s.duration().optional(),
  maxIterations: s.int().optional(),
  maxDuration: s.duration().optional(),
});

export const loopUntil = defineControl({
  type: 'core.flow.LoopUntil',
  aliases: [...kestraNames('core.flow.LoopUntil'), 'io.kestra.plugin.core.flow.WaitFor', 'io.kestra.core.tasks.flows.WaitFor'], // prettier-ignore
  control: 'loopUntil',
  title: 'Run tasks again and again until a condition holds.',
  properties: {
    condition: property(s.string().describe('Template; rendered after each round, ends the loop when true.'), {
      render: 'none',
    }),
    checkFrequency: checkFrequency
      .optional()
      .describe('`interval` between rounds (PT1S), `maxIterations` (100) and `maxDuration` (PT1H).'),
    failOnMaxReached: s.boolean().default(false).describe('Whether the loop fails when its maximum is reached.'),
    tasks: children('The tasks of one round.'),
    ...handlers,
  },
  outputs: {
    iterationCount: s.int().describe('Rounds run so far.'),
  },
  examples: [{ title: 'Ask until the answer is right', flow: LOOP_UNTIL_FLOW }],
});

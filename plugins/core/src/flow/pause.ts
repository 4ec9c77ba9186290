import { defineControl, property, s } from '@tutti/plugin-sdk';
import { handlers, optionalChildren } from '../children.ts';
import { kestraNames } from '../kestra-names.ts';

const PAUSE_FLOW = `id: wait-a-moment
namespace: company.team
tasks:
  - id: ask
    type: core.flow.Pause
    pauseDuration: PT0.2S
    onResume:
      - id: reason
        type: STRING
        defaults: nobody said
  - id: on
    type: core.log.Log
    message: "{{ outputs.ask.onResume.reason ?? 'no reason' }}"
`;

export const pause = defineControl({
  type: 'core.flow.Pause',
  aliases: kestraNames('core.flow.Pause', 'flows.Pause'),
  control: 'pause',
  title: 'Wait for somebody to resume the execution, or for a time to pass.',
  properties: {
    pauseDuration: property(s.duration().optional().describe('Goes on by itself after this time (ISO-8601).'), {
      aliases: ['delay'],
    }),
    behavior: s
      .enum(['RESUME', 'WARN', 'FAIL', 'CANCEL'])
      .default('RESUME')
      .describe('What the end of `pauseDuration` means; a resume by hand always succeeds.'),
    onResume: property(s.list(s.unknown()).optional().describe('Inputs that the one who resumes fills in.'), {
      render: 'none',
    }),
    onPause: property(s.unknown().optional().describe('A task that runs when the pause begins.'), {
      render: 'none',
      children: true,
    }),
    tasks: optionalChildren('Deprecated: tasks that run after the resume.'),
    ...handlers,
  },
  outputs: {
    onResume: s.record(s.json()).describe('Values of the inputs of the resume.'),
    resumed: s.record(s.json()).describe('By whom (`by`), when (`on`) and to which state (`to`).'),
  },
  examples: [{ title: 'Wait a moment', flow: PAUSE_FLOW }],
});

import { setTimeout } from 'node:timers/promises';
import { defineTask, s } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';

const SLEEP_FLOW = `id: sleep
namespace: company.team
tasks:
  - id: a-moment
    type: core.flow.Sleep
    duration: PT0.1S
`;

export const sleep = defineTask({
  type: 'core.flow.Sleep',
  aliases: kestraNames('core.flow.Sleep'),
  title: 'Wait for a while.',
  waits: true,
  properties: {
    duration: s.duration().describe('How long (ISO-8601).'),
  },
  examples: [{ title: 'Wait a tenth of a second', flow: SLEEP_FLOW }],
  async run({ signal }, { duration }) {
    await setTimeout(Math.max(0, duration), undefined, { signal });
  },
});

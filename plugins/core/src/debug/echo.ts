import { definePureTask, s } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';
import { logLevel } from '../log-level.ts';

const ECHO_FLOW = `id: echo
namespace: company.team
tasks:
  - id: echo
    type: core.debug.Echo
    format: Flow {{ flow.id }} is running.
`;

export const echo = definePureTask({
  type: 'core.debug.Echo',
  aliases: kestraNames('core.debug.Echo', 'debugs.Echo'),
  title: 'Write a line to the log.',
  deprecated: 'core.log.Log',
  properties: {
    format: s.string().describe('The line.'),
    level: logLevel().default('INFO').describe('Level of the line.'),
  },
  examples: [{ title: 'Echo a line', flow: ECHO_FLOW }],
  evaluate: ({ format, level }) => ({ logs: [{ level, message: format }] }),
});

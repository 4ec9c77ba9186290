import { definePureTask, s } from '@tutti/plugin-sdk';
import type { Json } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';
import { logLevel } from '../log-level.ts';

const HELLO_FLOW = `id: hello
namespace: company.team
inputs:
  - id: name
    type: STRING
    defaults: world
tasks:
  - id: say
    type: core.log.Log
    message: Hello {{ inputs.name }}!
`;

const LEVELS_FLOW = `id: lines
namespace: company.team
tasks:
  - id: warn
    type: core.log.Log
    level: WARN
    message:
      - Execution {{ execution.id }}
      - will be looked at
`;

export const log = definePureTask({
  type: 'core.log.Log',
  aliases: kestraNames('core.log.Log', 'log.Log'),
  title: 'Write one or more lines to the log of the execution.',
  properties: {
    message: s.json().describe('A message, or a list of them: one line each.'),
    level: logLevel().default('INFO').describe('Level of the lines.'),
  },
  examples: [
    { title: 'Greet somebody', flow: HELLO_FLOW },
    { title: 'Several lines at a level of their own', flow: LEVELS_FLOW },
  ],
  evaluate: (properties) => ({
    logs: linesOf(properties.message).map((message) => ({
      level: properties.level,
      message: typeof message === 'string' ? message : JSON.stringify(message),
    })),
  }),
});

/** A list of the YAML is one line each; text is one line, also when it is the text of a list. */
const linesOf = (message: Json): readonly Json[] => (Array.isArray(message) ? message : [message]);

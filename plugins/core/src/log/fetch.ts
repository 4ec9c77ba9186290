import { Readable } from 'node:stream';
import { defineTask, s } from '@tutti/plugin-sdk';
import type { LoggedLine } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';
import { logLevel } from '../log-level.ts';

const FETCH_FLOW = `id: fetch-logs
namespace: company.team
tasks:
  - id: say
    type: core.log.Log
    message: a line
  - id: fetch
    type: core.log.Fetch
    tasksId: [say]
  - id: show
    type: core.log.Log
    message: "{{ outputs.fetch.size }} lines"
`;

export const logFetch = defineTask({
  type: 'core.log.Fetch',
  aliases: [...kestraNames('core.log.Fetch', 'log.Fetch'), 'io.kestra.plugin.kestra.logs.Fetch'],
  title: 'Store the log of an execution as a file.',
  description: 'One JSON map a line.',
  properties: {
    executionId: s.nonEmpty().optional().describe('The execution; this one when left out.'),
    namespace: s.string().optional().describe('Namespace of that execution; not needed.'),
    flowId: s.string().optional().describe('Flow of that execution; not needed.'),
    tasksId: s.oneOrMany(s.string()).optional().describe('Only lines of these tasks.'),
    level: logLevel().default('INFO').describe('Only lines of this level or above.'),
  },
  outputs: {
    size: s.int().describe('Number of lines.'),
    uri: s.string().describe('Where the file lies.'),
  },
  examples: [{ title: 'Keep the lines of one task', flow: FETCH_FLOW }],
  async run({ engine, storage, execution }, { executionId = execution.id, tasksId, level }) {
    let size = 0;
    const lines = async function* (): AsyncGenerator<Buffer> {
      const query = { executionId, minLevel: level, ...(tasksId && { taskIds: tasksId }) };
      for await (const line of engine.logs(query)) {
        size++;
        yield Buffer.from(`${JSON.stringify({ executionId, ...recordOf(line) })}\n`);
      }
    };
    const { uri } = await storage.put('logs.ion', Readable.from(lines()));
    return { size, uri };
  },
});

const recordOf = ({ atMs, level, message, taskId, taskRunId, attempt }: LoggedLine) => ({
  taskId,
  taskRunId,
  attemptNumber: attempt === undefined ? undefined : attempt - 1,
  timestamp: new Date(atMs).toISOString(),
  level,
  message,
});

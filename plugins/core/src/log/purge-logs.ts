import { defineTask, s } from '@tutti/plugin-sdk';
import { moment, momentMs, rangeMs } from '../date-range.ts';
import { kestraNames } from '../kestra-names.ts';
import { logLevel } from '../log-level.ts';

const PURGE_FLOW = `id: purge-logs
namespace: company.team
tasks:
  - id: purge
    type: core.log.PurgeLogs
    endDate: "{{ now() | dateAdd(-1, 'MONTHS') }}"
    logLevels: [TRACE, DEBUG]
`;

export const purgeLogs = defineTask({
  type: 'core.log.PurgeLogs',
  aliases: kestraNames('core.log.PurgeLogs'),
  title: 'Delete lines of logs.',
  properties: {
    namespace: s.nonEmpty().optional().describe('Of this namespace and, without flowId, of those below it.'),
    flowId: s.nonEmpty().optional().describe('Of this flow.'),
    logLevels: s.oneOrMany(logLevel()).optional().describe('Only lines of these levels.'),
    startDate: moment().optional().describe('Only lines written at this time or later.'),
    endDate: moment().describe('Only lines written before this time.'),
  },
  outputs: { count: s.int().describe('Lines that were deleted.') },
  examples: [{ title: 'Keep details for a month', flow: PURGE_FLOW }],
  async run({ engine }, { namespace, flowId, logLevels, startDate, endDate }) {
    const count = await engine.purgeLogs({
      ...rangeMs(startDate, undefined),
      beforeMs: momentMs('endDate', endDate),
      ...(namespace !== undefined && { namespace }),
      ...(flowId !== undefined && { flowId }),
      ...(logLevels && { levels: logLevels }),
    });
    return { count };
  },
});

import { defineTask, s } from '@tutti/plugin-sdk';
import type { RunContext } from '@tutti/plugin-sdk';
import { moment, momentMs, rangeMs } from '../date-range.ts';
import { kestraNames } from '../kestra-names.ts';
import { executionStates } from './execution-states.ts';

const PURGE_FLOW = `id: purge-executions
namespace: company.team
tasks:
  - id: purge
    type: core.execution.PurgeExecutions
    endDate: "{{ now() | dateAdd(-1, 'MONTHS') }}"
    states: [SUCCESS]
`;

export const purgeExecutions = defineTask({
  type: 'core.execution.PurgeExecutions',
  aliases: [...kestraNames('core.execution.PurgeExecutions', 'storages.Purge'), 'io.kestra.plugin.core.storage.Purge'],
  title: 'Delete executions that have ended, with all they left.',
  description:
    'An execution takes its log and its metrics with it, even where these are not to be purged (and counted).',
  properties: {
    namespace: s.nonEmpty().optional().describe('Of this namespace and, without flowId, of those below it.'),
    flowId: s.nonEmpty().optional().describe('Of this flow.'),
    startDate: moment().optional().describe('Only executions created at this time or later.'),
    endDate: moment().describe('Only executions created before this time.'),
    states: executionStates().optional().describe('Only executions that ended in one of these states.'),
    purgeExecution: s.boolean().default(true).describe('Whether the executions themselves are deleted.'),
    purgeLog: s.boolean().default(true).describe('Whether their logs are.'),
    purgeMetric: s.boolean().default(true).describe('Whether their metrics are.'),
    purgeStorage: s.boolean().default(true).describe('Whether their files are.'),
    batchSize: s.int().optional().describe('Not needed: executions are purged as they are found.'),
  },
  outputs: {
    executionsCount: s.int().describe('Executions that were deleted.'),
    logsCount: s.int().describe('Lines of logs that were.'),
    storagesCount: s.int().describe('Files that were.'),
    metricsCount: s.int().describe('Metrics that were.'),
  },
  examples: [{ title: 'Keep the successful ones for a month', flow: PURGE_FLOW }],
  async run(context, { startDate, endDate, namespace, flowId, states, purgeStorage, ...flags }) {
    const parts = { execution: flags.purgeExecution, logs: flags.purgeLog, metrics: flags.purgeMetric };
    const query = {
      ended: true,
      ...rangeMs(startDate, undefined),
      beforeMs: momentMs('endDate', endDate),
      ...(namespace !== undefined && { namespace }),
      ...(flowId !== undefined && { flowId }),
      ...(states && { states }),
    };
    return purge(context, query, parts, purgeStorage);
  },
});

async function purge(
  { engine, storage, signal }: RunContext,
  query: Parameters<RunContext['engine']['find']>[0],
  parts: Parameters<RunContext['engine']['purge']>[1],
  files: boolean,
) {
  const total = { executionsCount: 0, logsCount: 0, storagesCount: 0, metricsCount: 0 };
  for await (const found of engine.find(query)) {
    signal.throwIfAborted();
    // Files first: were the execution gone, nobody would find them again after a crash.
    if (files) total.storagesCount += (await storage.purgeExecution(found)).length;
    const { executions, logs, metrics } = await engine.purge(found.id, parts);
    total.executionsCount += executions;
    total.logsCount += logs;
    total.metricsCount += metrics;
  }
  return total;
}

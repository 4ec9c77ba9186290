import { TaskError, defineTask, property, s } from '@tutti/plugin-sdk';
import type { FlowCount, RunContext } from '@tutti/plugin-sdk';
import { moment, rangeMs } from '../date-range.ts';
import { kestraNames } from '../kestra-names.ts';
import { isTruthy } from '../truth.ts';
import { executionStates } from './execution-states.ts';

const COUNT_FLOW = `id: missing-runs
namespace: company.team
tasks:
  - id: count
    type: core.execution.Count
    flows:
      - namespace: company.team
        flowId: missing-runs
    states: [SUCCESS, WARNING]
    startDate: "{{ now() | dateAdd(-1, 'DAYS') }}"
    expression: "{{ count == 0 }}"
  - id: show
    type: core.log.Log
    message: "{{ outputs.count.results | length }} flows did not run today"
`;

const flow = s.object({ namespace: s.nonEmpty(), flowId: s.nonEmpty() });
type Filter = Parameters<RunContext['engine']['count']>[0];

export const executionCount = defineTask({
  type: 'core.execution.Count',
  aliases: [...kestraNames('core.execution.Count', 'executions.Counts'), 'io.kestra.plugin.kestra.executions.Count'],
  title: 'Count the executions of flows, and find the flows that have too few or too many.',
  properties: {
    flows: s.list(flow).optional().describe('The flows; those without an execution count as 0.'),
    namespaces: s.oneOrMany(s.nonEmpty()).optional().describe('All flows of these namespaces that have an execution.'),
    states: executionStates().optional().describe('Only executions in one of these states.'),
    startDate: moment().optional().describe('Only executions created at this time or later.'),
    endDate: moment().optional().describe('Only executions created before this time.'),
    expression: property(
      s.string().describe('Rendered for each flow with its `count`; flows for which it is true are results.'),
      { render: 'none' },
    ),
  },
  outputs: {
    results: s.list(s.object({ namespace: s.string(), flowId: s.string(), count: s.int() })).describe('The flows that were chosen, with their counts.'), // prettier-ignore
    total: s.int().describe('Sum of these counts.'),
  },
  examples: [{ title: 'Flows that did not run', flow: COUNT_FLOW }],
  async run(context, { flows = [], namespaces = [], states, startDate, endDate, expression }) {
    if (flows.length + namespaces.length === 0)
      throw new TaskError('PROPERTY_MISSING', 'Either "flows" or "namespaces" is required.', { retryable: false });
    const filter: Filter = { ...rangeMs(startDate, endDate), ...(states && { states }) };
    const counts = [...(await ofFlows(context, flows, filter)), ...(await ofNamespaces(context, namespaces, filter))];
    const results: FlowCount[] = [];
    for (const count of counts) if (isTruthy(await context.render(expression, { ...count }))) results.push(count);
    return { results, total: results.reduce((sum, { count }) => sum + count, 0) };
  },
});

async function ofFlows(
  { engine }: RunContext,
  flows: readonly { readonly namespace: string; readonly flowId: string }[],
  filter: Filter,
): Promise<FlowCount[]> {
  const counts: FlowCount[] = [];
  for (const { namespace, flowId } of flows) {
    const [found] = await engine.count({ ...filter, namespace, flowId });
    counts.push(found ?? { namespace, flowId, count: 0 });
  }
  return counts;
}

async function ofNamespaces({ engine }: RunContext, namespaces: readonly string[], filter: Filter) {
  const counts: FlowCount[] = [];
  for (const namespace of namespaces)
    counts.push(...(await engine.count({ ...filter, namespace })).filter((found) => found.namespace === namespace));
  return counts;
}

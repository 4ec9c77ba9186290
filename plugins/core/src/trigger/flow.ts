import { defineTrigger, property, s } from '@tutti/plugin-sdk';
import { triggerNames } from './trigger-names.ts';

const FLOW_FLOW = `id: after-load
namespace: company.team
tasks:
  - id: say
    type: core.log.Log
    message: "{{ trigger.executionId ?? 'by hand' }}"
triggers:
  - id: loaded
    type: core.trigger.Flow
    states: [SUCCESS]
    preconditions:
      id: load
      flows:
        - namespace: company.team
          flowId: load
`;

const STATES = [
  'CREATED', 'QUEUED', 'RUNNING', 'PAUSED', 'RESTARTED', 'RETRYING', 'RETRIED', 'KILLING', 'KILLED', 'CANCELLED',
  'SUCCESS', 'WARNING', 'FAILED', 'SKIPPED',
] as const; // prettier-ignore
const states = () => s.oneOrMany(s.enum(STATES));

const filter = s.object({
  field: s.enum(['FLOW_ID', 'NAMESPACE', 'STATE', 'EXPRESSION']),
  type: s.enum([
    'EQUAL_TO', 'NOT_EQUAL_TO', 'IN', 'NOT_IN', 'IS_TRUE', 'IS_FALSE', 'IS_NULL', 'IS_NOT_NULL', 'STARTS_WITH',
    'ENDS_WITH', 'REGEX', 'CONTAINS',
  ]), // prettier-ignore
  value: s.string().optional(),
  values: s.list(s.string()).optional(),
});

const timeWindow = s.object({
  type: s
    .enum(['DURATION_WINDOW', 'SLIDING_WINDOW', 'DAILY_TIME_DEADLINE', 'DAILY_TIME_WINDOW'])
    .default('DURATION_WINDOW'),
  window: s.string().optional(),
  windowAdvance: s.string().optional(),
  deadline: s.string().optional(),
  startTime: s.string().optional(),
  endTime: s.string().optional(),
});

const preconditions = s.object({
  id: s.nonEmpty(),
  flows: s
    .list(
      s.object({
        namespace: s.string(),
        flowId: s.string().optional(),
        states: states().optional(),
        labels: s.record(s.json()).optional(),
      }),
    )
    .optional(),
  where: s
    .list(s.object({ id: s.string(), operand: s.enum(['AND', 'OR']).default('AND'), filters: s.list(filter) }))
    .optional(),
  timeWindow: timeWindow.optional(),
  resetOnSuccess: s.boolean().default(true),
});

const dependency = s.object({
  flowId: s.string().optional(),
  namespace: s.string().optional(),
  states: states().optional(),
  labels: s.record(s.json()).optional(),
  when: s.string().optional(),
});

const window = s.object({
  deadline: s.string().optional(),
  from: s.string().optional(),
  to: s.string().optional(),
  every: s.string().optional(),
  offset: s.string().optional(),
  lookback: s.string().optional(),
  fireOnce: s.boolean().default(false),
});

export const flow = defineTrigger({
  type: 'core.trigger.Flow',
  aliases: triggerNames('Flow'),
  trigger: 'flow',
  title: 'Start when executions of other flows have ended.',
  description: 'A flow never triggers itself. Without any condition it fires for every execution of every other flow.',
  properties: {
    states: states().optional().describe('States of the other execution; all that end it, and PAUSED, when left out.'),
    preconditions: property(preconditions.optional().describe('Which executions must have ended, within a window of time.'), { render: 'none' }), // prettier-ignore
    dependsOn: property(s.list(dependency).optional().describe('The flows it waits for.'), { render: 'none' }),
    mode: s.enum(['ALL', 'ANY', 'AT_LEAST']).default('ALL').describe('How many entries of `dependsOn` must be met.'),
    minSatisfied: s.int().optional().describe('The number for `mode: AT_LEAST`.'),
    window: property(window.optional().describe('Within which time they must be met.'), { render: 'none' }),
    onMiss: property(
      s.object({ behavior: s.enum(['FAIL']).default('FAIL'), labels: s.record(s.json()).optional() }).optional().describe('What to do when the deadline passes unmet.'), // prettier-ignore
      { render: 'none', inert: true },
    ),
  },
  outputs: {
    executionId: s.string().describe('The execution that has ended.'),
    namespace: s.string().describe('Its namespace.'),
    flowId: s.string().describe('Its flow.'),
    flowRevision: s.int().describe('The revision of that flow.'),
    state: s.string().describe('Its state.'),
    outputs: s.record(s.json()).describe('Its outputs; by flow id where several flows are waited for.'),
  },
  examples: [{ title: 'After a load', flow: FLOW_FLOW }],
});

import { TaskError, defineTask, parseDuration, s } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';

const PUBLISH_FLOW = `id: publish-metrics
namespace: company.team
tasks:
  - id: publish
    type: core.metric.Publish
    metrics:
      - type: counter
        name: rows
        value: 42
        tags:
          table: trips
`;

const metric = s.object({
  type: s.string().default('counter'),
  name: s.nonEmpty(),
  value: s.union([s.number(), s.string()]),
  tags: s.record(s.string()).optional(),
});

export const metricPublish = defineTask({
  type: 'core.metric.Publish',
  aliases: kestraNames('core.metric.Publish'),
  title: 'Publish metrics of the execution.',
  properties: {
    metrics: s.list(metric).optional().describe('Entries of `type` (counter, timer, gauge), `name`, `value`, `tags`.'),
  },
  examples: [{ title: 'Count rows', flow: PUBLISH_FLOW }],
  run({ counter, timer, gauge }, { metrics = [] }) {
    const publish = { counter, timer, gauge };
    for (const { type, name, value, tags } of metrics) publish[typeOf(type)](name, numberOf(name, value), tags);
    return Promise.resolve();
  },
});

function typeOf(text: string): 'counter' | 'timer' | 'gauge' {
  const type = /(?:^|\.)(counter|timer|gauge)$/.exec(text.toLowerCase())?.[1];
  if (type === 'counter' || type === 'timer' || type === 'gauge') return type;
  throw new TaskError('METRIC_INVALID', `"${text}" is no type of metric.`, {
    hint: 'Use counter, timer or gauge.',
    retryable: false,
  });
}

function numberOf(name: string, value: number | string): number {
  const number = typeof value === 'number' ? value : (parseDuration(value) ?? Number(value));
  if (Number.isFinite(number)) return number;
  throw new TaskError('METRIC_INVALID', `The metric "${name}" has the value "${value}", which is no number.`, {
    retryable: false,
  });
}

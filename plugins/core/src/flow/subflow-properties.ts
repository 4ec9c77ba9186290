import { property, s } from '@tutti/plugin-sdk';

const label = s.object({ key: s.nonEmpty(), value: s.string() });

/** What Subflow and ForEachItem say alike about the flow they start. */
export const subflowProperties = {
  namespace: s.nonEmpty().describe('Namespace of the flow.'),
  flowId: s.nonEmpty().describe('Id of the flow.'),
  revision: s.int().optional().describe('Its revision; the newest when left out.'),
  inputs: property(s.record(s.json()).optional().describe('Its inputs.'), { aliases: ['args'] }),
  labels: s
    .union([s.record(s.string()), s.list(label)])
    .optional()
    .describe('Labels of its execution, as a map or as a list of `key` and `value`.'),
  wait: s.boolean().default(true).describe('Whether to wait for its end.'),
  transmitFailed: s.boolean().default(true).describe('Whether its failure or warning becomes that of the task.'),
  inheritLabels: s.boolean().default(false).describe('Whether it takes on the labels of this execution.'),
  scheduleDate: s.string().optional().describe('When it is to start, ISO-8601; at once when left out.'),
  restartBehavior: s
    .enum(['RETRY_FAILED', 'NEW_EXECUTION'])
    .default('RETRY_FAILED')
    .describe('What a restart of this execution does with a failed one: restart it, or start another.'),
} as const;

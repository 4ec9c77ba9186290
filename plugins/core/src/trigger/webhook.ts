import { defineTrigger, property, s } from '@tutti/plugin-sdk';
import { triggerNames } from './trigger-names.ts';

const WEBHOOK_FLOW = `id: on-call
namespace: company.team
tasks:
  - id: show
    type: core.log.Log
    message: "{{ trigger.body ?? 'started by hand' }}"
triggers:
  - id: call
    type: core.trigger.Webhook
    key: 4wjtkzwVGBM9yKnjm3yv8r
`;

export const webhook = defineTrigger({
  type: 'core.trigger.Webhook',
  aliases: triggerNames('Webhook'),
  trigger: 'webhook',
  title: 'Start when an address is called.',
  description: 'The address is `/api/v1/executions/webhook/{namespace}/{flowId}/{key}`, by GET, POST or PUT.',
  properties: {
    key: s
      .string()
      .refine(({ length }) => length > 0 && length <= 256, { error: 'must have 1 to 256 characters' })
      .describe('Last part of the address; whoever knows it may start the flow.'),
    wait: s.boolean().default(false).describe('Answer only when the execution has ended.'),
    returnOutputs: s.boolean().default(false).describe('Answer with the outputs; only with `wait`.'),
    responseContentType: property(s.string().optional().describe('application/json or text/plain.'), { inert: true }),
    responseCode: property(s.int().optional().describe('HTTP status of the answer.'), { inert: true }),
  },
  outputs: {
    body: s.json().describe('The body: parsed when it is JSON, else its text.'),
    headers: s.record(s.list(s.string())).describe('Values by the name of the header.'),
    parameters: s.record(s.list(s.string())).describe('Values by the name of the parameter.'),
  },
  examples: [{ title: 'Be called by another system', flow: WEBHOOK_FLOW }],
});

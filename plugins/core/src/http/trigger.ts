import { defineTrigger, property, s } from '@tutti/plugin-sdk';
import { isTruthy } from '../truth.ts';
import { httpNames } from './http-names.ts';
import { httpOutputs, httpProperties } from './http-properties.ts';
import { textOf } from './request.ts';
import { send } from './send.ts';

const TRIGGER_FLOW = `id: when-ready
namespace: company.team
tasks:
  - id: show
    type: core.log.Log
    message: "{{ trigger.body ?? 'started by hand' }}"
triggers:
  - id: ready
    type: core.http.Trigger
    uri: http://localhost:8080/health
    interval: PT30S
    responseCondition: "{{ response.statusCode == 200 }}"
`;

export const httpTrigger = defineTrigger({
  type: 'core.http.Trigger',
  aliases: httpNames('Trigger'),
  trigger: 'poll',
  title: 'Start when an HTTP address answers as wished.',
  properties: {
    ...httpProperties,
    interval: s.duration().default(60_000).describe('How often it asks (ISO-8601).'),
    responseCondition: property(
      s
        .string()
        .default('{{ response.statusCode < 400 }}')
        .describe('Template over `response.statusCode`, `response.body` and `response.headers`; fires when true.'),
      { render: 'none' },
    ),
    encryptBody: s.boolean().default(false).describe('Keeps the body out of logs and outputs: it is masked.'),
  },
  outputs: { ...httpOutputs, body: s.string().describe('Body of the answer.') },
  examples: [{ title: 'Wait for a service', flow: TRIGGER_FLOW }],
  evaluate: (context, { responseCondition, ...properties }) =>
    send(context, { ...properties, allowFailed: true }, async (answer) => {
      const { uri, code } = answer;
      const headers = answer.headers as Record<string, string[]>;
      const body = await textOf(answer);
      const holds = await context.render(responseCondition, { response: { statusCode: code, body, headers } });
      return isTruthy(holds) ? { uri, code, headers, body } : undefined;
    }),
});

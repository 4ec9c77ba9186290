import { TaskError, defineTask, s } from '@tutti/plugin-sdk';
import { messageOf, payloadProperty, postMessage, webhookProperties } from '../post-message.ts';

const WEBHOOK_FLOW = `id: tell-slack
namespace: company.team
tasks:
  - id: load
    type: core.debug.Return
    format: 42 rows
  - id: tell
    type: slack.SlackIncomingWebhook
    url: "{{ secret('SLACK_WEBHOOK') }}"
    messageText: "Loaded {{ outputs.load.value }}."
`;

const BLOCKS_FLOW = `id: tell-slack-in-blocks
namespace: company.team
tasks:
  - id: tell
    type: slack.SlackIncomingWebhook
    url: "{{ secret('SLACK_WEBHOOK') }}"
    payload: |
      {"text": {{ execution.id | toJson }}, "channel": "#data"}
errors:
  - id: tell_of_failure
    type: slack.SlackIncomingWebhook
    url: "{{ secret('SLACK_WEBHOOK') }}"
    payload:
      text: "{{ flow.id }} has failed"
`;

export const slackIncomingWebhook = defineTask({
  type: 'slack.SlackIncomingWebhook',
  aliases: [
    'io.kestra.plugin.slack.SlackIncomingWebhook',
    'io.kestra.plugin.slack.notifications.SlackIncomingWebhook',
    'io.kestra.plugin.notifications.slack.SlackIncomingWebhook',
  ],
  title: 'Post a message to a Slack channel.',
  properties: {
    ...webhookProperties,
    ...payloadProperty,
    messageText: s.string().optional().describe('The text, where there is no payload.'),
  },
  examples: [
    { title: 'Tell how many rows were loaded', flow: WEBHOOK_FLOW, runs: false },
    { title: 'Post a payload of your own', flow: BLOCKS_FLOW, runs: false },
  ],
  async run(context, properties) {
    const { payload, messageText } = properties;
    if (payload === undefined && messageText === undefined)
      throw new TaskError('PAYLOAD_INVALID', 'There is neither "payload" nor "messageText".', { retryable: false });
    await postMessage(context, properties, messageOf(payload ?? { text: messageText ?? '' }));
  },
});

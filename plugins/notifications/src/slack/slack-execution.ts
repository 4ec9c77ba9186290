import { defineTask, s } from '@tutti/plugin-sdk';
import type { Json, JsonMap, RunContext } from '@tutti/plugin-sdk';
import { colourOf, describeExecution } from '../describe-execution.ts';
import { executionProperties, renderTemplate } from '../execution-properties.ts';
import { messageOf, payloadProperty, postMessage, webhookProperties } from '../post-message.ts';

const ALERT_FLOW = `id: alert
namespace: company.team
tasks:
  - id: tell
    type: slack.SlackExecution
    url: "{{ secret('SLACK_WEBHOOK') }}"
    executionId: "{{ trigger.executionId }}"
    customFields:
      team: data
triggers:
  - id: failed
    type: core.trigger.Flow
    states: [FAILED, WARNING]
`;

export const slackExecution = defineTask({
  type: 'slack.SlackExecution',
  aliases: [
    'io.kestra.plugin.slack.SlackExecution',
    'io.kestra.plugin.slack.notifications.SlackExecution',
    'io.kestra.plugin.notifications.slack.SlackExecution',
  ],
  title: 'Tell a Slack channel how an execution stands.',
  properties: {
    ...webhookProperties,
    ...executionProperties,
    ...payloadProperty,
    messageText: s.string().optional().describe('Text, instead of what is known of the execution.'),
    channel: s.string().optional().describe('Channel, where the webhook may choose one.'),
    username: s.string().optional().describe('Name to post under, where the webhook may choose one.'),
    iconUrl: s.string().optional().describe('Picture to post with, where the webhook may choose one.'),
    iconEmoji: s.string().optional().describe('Emoji to post with, where the webhook may choose one.'),
  },
  examples: [{ title: 'Tell of every execution that fails', flow: ALERT_FLOW, runs: false }],
  async run(context, properties) {
    await postMessage(context, properties, await slackMessage(context, properties));
  },
});

type Properties = Parameters<typeof slackExecution.run>[1];

async function slackMessage(context: RunContext, properties: Properties): Promise<Json> {
  const { payload, templateUri, templateRenderMap, channel, username, iconUrl, iconEmoji } = properties;
  if (payload !== undefined) return messageOf(payload);
  if (templateUri !== undefined) return messageOf(await renderTemplate(context, templateUri, templateRenderMap));
  return {
    ...(channel !== undefined && { channel }),
    ...(username !== undefined && { username }),
    ...(iconUrl !== undefined && { icon_url: iconUrl }),
    ...(iconEmoji !== undefined && { icon_emoji: iconEmoji }),
    ...(properties.messageText === undefined ? await aboutExecution(context, properties) : { text: properties.messageText }), // prettier-ignore
  };
}

async function aboutExecution(context: RunContext, properties: Properties): Promise<JsonMap> {
  const { title, state, fields } = await describeExecution(context, properties);
  const color = `#${colourOf(state).toString(16).padStart(6, '0')}`;
  return {
    text: properties.customMessage === undefined ? title : `${properties.customMessage}\n${title}`,
    attachments: [{ color, fallback: title, fields: fields.map(({ name, value }) => ({ title: name, value, short: true })) }], // prettier-ignore
  };
}

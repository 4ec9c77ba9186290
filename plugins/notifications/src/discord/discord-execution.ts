import { defineTask, s } from '@tutti/plugin-sdk';
import type { Json, JsonMap, RunContext } from '@tutti/plugin-sdk';
import { colourOf, describeExecution } from '../describe-execution.ts';
import { executionProperties, renderTemplate } from '../execution-properties.ts';
import { messageOf, payloadProperty, postMessage, webhookProperties } from '../post-message.ts';

const ALERT_FLOW = `id: alert
namespace: company.team
tasks:
  - id: tell
    type: discord.DiscordExecution
    url: "{{ secret('DISCORD_WEBHOOK') }}"
    executionId: "{{ trigger.executionId }}"
    username: Tutti
triggers:
  - id: failed
    type: core.trigger.Flow
    states: [FAILED, WARNING]
`;

const embed = s.object({
  title: s.string().optional(),
  websiteUrl: s.string().optional(),
  description: s.string().optional(),
  thumbnail: s.string().optional(),
  authorName: s.string().optional(),
  color: s.list(s.int()).optional(),
  footer: s.string().optional(),
});

export const discordExecution = defineTask({
  type: 'discord.DiscordExecution',
  aliases: ['io.kestra.plugin.discord.DiscordExecution', 'io.kestra.plugin.notifications.discord.DiscordExecution'],
  title: 'Tell a Discord channel how an execution stands.',
  properties: {
    ...webhookProperties,
    ...executionProperties,
    ...payloadProperty,
    username: s.string().optional().describe('Name to post under, instead of that of the webhook.'),
    avatarUrl: s.string().optional().describe('Picture to post with.'),
    content: s.string().optional().describe('Text above the embeds.'),
    embedList: s.list(embed).optional().describe('Embeds of your own, instead of the one about the execution.'),
  },
  examples: [{ title: 'Tell of every execution that fails', flow: ALERT_FLOW, runs: false }],
  async run(context, properties) {
    await postMessage(context, properties, await discordMessage(context, properties));
  },
});

type Properties = Parameters<typeof discordExecution.run>[1];

async function discordMessage(context: RunContext, properties: Properties): Promise<Json> {
  const { payload, templateUri, templateRenderMap, username, avatarUrl } = properties;
  if (payload !== undefined) return messageOf(payload);
  if (templateUri !== undefined) return messageOf(await renderTemplate(context, templateUri, templateRenderMap));
  const content = properties.content ?? properties.customMessage;
  return {
    ...(content !== undefined && { content }),
    ...(username !== undefined && { username }),
    ...(avatarUrl !== undefined && { avatar_url: avatarUrl }),
    embeds: properties.embedList?.map(embedOf) ?? [await executionEmbed(context, properties)],
  };
}

function embedOf({
  title,
  websiteUrl,
  description,
  thumbnail,
  authorName,
  color,
  footer,
}: ReturnType<typeof embed.parse>): JsonMap {
  const [red = 0, green = 0, blue = 0] = color ?? [];
  return {
    ...(title !== undefined && { title }),
    ...(websiteUrl !== undefined && { url: websiteUrl }),
    ...(description !== undefined && { description }),
    ...(thumbnail !== undefined && { thumbnail: { url: thumbnail } }),
    ...(authorName !== undefined && { author: { name: authorName } }),
    ...(color && { color: red * 0x1_00_00 + green * 0x1_00 + blue }),
    ...(footer !== undefined && { footer: { text: footer } }),
  };
}

async function executionEmbed(context: RunContext, properties: Properties): Promise<JsonMap> {
  const { title, state, fields } = await describeExecution(context, properties);
  return { title, color: colourOf(state), fields: fields.map((field) => ({ ...field, inline: true })) };
}

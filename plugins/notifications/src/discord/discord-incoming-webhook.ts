import { defineTask } from '@tutti/plugin-sdk';
import { messageOf, payloadProperty, postMessage, webhookProperties } from '../post-message.ts';

const WEBHOOK_FLOW = `id: tell-discord
namespace: company.team
tasks:
  - id: load
    type: core.debug.Return
    format: 42 rows
  - id: tell
    type: discord.DiscordIncomingWebhook
    url: "{{ secret('DISCORD_WEBHOOK') }}"
    payload:
      username: Tutti
      content: "Loaded {{ outputs.load.value }}."
`;

export const discordIncomingWebhook = defineTask({
  type: 'discord.DiscordIncomingWebhook',
  aliases: ['io.kestra.plugin.discord.DiscordIncomingWebhook', 'io.kestra.plugin.notifications.discord.DiscordIncomingWebhook'], // prettier-ignore
  title: 'Post a message to a Discord channel.',
  properties: { ...webhookProperties, ...payloadProperty },
  examples: [{ title: 'Tell how many rows were loaded', flow: WEBHOOK_FLOW, runs: false }],
  run: (context, properties) => postMessage(context, properties, messageOf(properties.payload ?? {})),
});

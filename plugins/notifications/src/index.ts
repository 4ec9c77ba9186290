import { definePlugin } from '@tutti/plugin-sdk';
import { discordExecution } from './discord/discord-execution.ts';
import { discordIncomingWebhook } from './discord/discord-incoming-webhook.ts';
import { slackExecution } from './slack/slack-execution.ts';
import { slackIncomingWebhook } from './slack/slack-incoming-webhook.ts';

/** Messages to people, by the incoming webhooks of their chats. */
export const notificationsPlugin = definePlugin({
  name: 'notifications',
  title: 'Notifications',
  tasks: [discordExecution, discordIncomingWebhook, slackExecution, slackIncomingWebhook],
});

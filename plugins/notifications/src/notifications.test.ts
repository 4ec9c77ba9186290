import type { Engine, ExecutionFacts, JsonMap } from '@tutti/plugin-sdk';
import { removeTestFolders, runTask } from '@tutti/plugin-sdk/testing';
import type { RunTaskOptions } from '@tutti/plugin-sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { discordExecution } from './discord/discord-execution.ts';
import { discordIncomingWebhook } from './discord/discord-incoming-webhook.ts';
import { slackExecution } from './slack/slack-execution.ts';
import { slackIncomingWebhook } from './slack/slack-incoming-webhook.ts';
import { startChat } from './testing/chat-server.ts';
import type { ChatServer } from './testing/chat-server.ts';

const FACTS: ExecutionFacts = {
  id: 'e7',
  namespace: 'company.team',
  flowId: 'load',
  state: 'FAILED',
  createdAtMs: Date.UTC(2030, 0, 2, 3, 4, 5),
  endedAtMs: Date.UTC(2030, 0, 2, 3, 4, 7, 500),
  failedTaskIds: ['extract'],
};

let chat: ChatServer;
beforeAll(async () => {
  chat = await startChat();
});
beforeEach(() => {
  chat.answer = { status: 204, body: '' };
});
afterAll(async () => {
  chat.server.close();
  await removeTestFolders();
});

/** What is posted by a task that may ask about executions. */
async function posted(
  task: unknown,
  properties: JsonMap,
  facts: Partial<ExecutionFacts> = {},
  options: RunTaskOptions = {},
) {
  const engine = { describe: (id: string) => Promise.resolve({ ...FACTS, id, ...facts }) } as Partial<Engine> as Engine;
  await runTask(task, { url: chat.url, ...properties }, { ...options, context: { engine, ...options.context } });
  return chat.posted.at(-1)?.message;
}

describe('DiscordExecution', () => {
  it('tells how an execution ended', async () =>
    expect(await posted(discordExecution, { executionId: 'e7', username: 'Tutti', content: 'Look:', customFields: { team: 'data' } })).toEqual({
      username: 'Tutti',
      content: 'Look:',
      embeds: [
        {
          title: 'company.team.load: FAILED',
          color: 0xd92d20,
          fields: [
            { name: 'Namespace', value: 'company.team', inline: true },
            { name: 'Flow', value: 'load', inline: true },
            { name: 'Execution', value: 'e7', inline: true },
            { name: 'State', value: 'FAILED', inline: true },
            { name: 'Started', value: '2030-01-02T03:04:05.000Z', inline: true },
            { name: 'Duration', value: '2.5 s', inline: true },
            { name: 'Failed tasks', value: 'extract', inline: true },
            { name: 'team', value: 'data', inline: true },
          ],
        },
      ],
    })); // prettier-ignore

  it('tells of its own execution, which runs its errors, that it has failed', async () =>
    expect(await posted(discordExecution, {}, { state: 'RUNNING' })).toMatchObject({
      embeds: [{ title: 'company.team.load: FAILED' }],
    }));

  it('posts embeds of the flow instead', async () => {
    const embedList = [{ title: 'Done', websiteUrl: 'https://a.example', color: [255, 128, 1], footer: 'f', thumbnail: 'https://b.example/x.png', authorName: 'Ada', description: 'd' }]; // prettier-ignore
    expect(await posted(discordExecution, { embedList, avatarUrl: 'https://c.example/y.png' })).toEqual({
      avatar_url: 'https://c.example/y.png',
      embeds: [{ title: 'Done', url: 'https://a.example', description: 'd', color: 0xff8001, footer: { text: 'f' }, thumbnail: { url: 'https://b.example/x.png' }, author: { name: 'Ada' } }], // prettier-ignore
    });
  });
});

describe('SlackExecution', () => {
  it('tells how an execution ended', async () =>
    expect(await posted(slackExecution, { customMessage: 'Hello', channel: '#data', iconEmoji: ':wave:' }, { state: 'SUCCESS', failedTaskIds: [] })).toEqual({
      channel: '#data',
      icon_emoji: ':wave:',
      text: 'Hello\ncompany.team.load: SUCCESS',
      attachments: [
        {
          color: '#12b76a',
          fallback: 'company.team.load: SUCCESS',
          fields: expect.arrayContaining([{ title: 'Execution', value: 'e1', short: true }]),
        },
      ],
    })); // prettier-ignore

  it('posts what a template file renders to', async () => {
    const prepare: RunTaskOptions['prepare'] = async ({ namespaceFiles }) =>
      namespaceFiles.write('slack.json', '{"text": {{ who | toJson }} }');
    const properties = { templateUri: 'nsfile:///slack.json', templateRenderMap: { who: 'Ada "A"' } };
    expect(await posted(slackExecution, properties, {}, { prepare })).toEqual({ text: 'Ada "A"' });
  });

  it('posts a text of the flow instead', async () =>
    expect(await posted(slackExecution, { messageText: 'Hi' })).toEqual({ text: 'Hi' }));
});

describe('incoming webhooks', () => {
  it('post a payload, as a map or as JSON', async () => {
    for (const payload of [{ content: 'Hi' }, '{"content": "Hi"}'])
      expect(await posted(discordIncomingWebhook, { payload })).toEqual({ content: 'Hi' });
    expect(await posted(slackIncomingWebhook, { messageText: 'Hi' })).toEqual({ text: 'Hi' });
  });

  it('send headers of the flow', async () => {
    await posted(slackIncomingWebhook, { messageText: 'Hi', options: { headers: { 'x-team': 'data' } } });
    expect(chat.posted.at(-1)?.headers).toMatchObject({ 'x-team': 'data', 'content-type': 'application/json' });
  });

  it('say what is wrong with a payload', async () => {
    await expect(posted(slackIncomingWebhook, { payload: '{"text": "a "quote""}' })).rejects.toMatchObject({ code: 'PAYLOAD_INVALID', hint: expect.stringMatching(/toJson/) }); // prettier-ignore
    await expect(posted(slackIncomingWebhook, {})).rejects.toMatchObject({ code: 'PAYLOAD_INVALID' });
  });

  it.each([
    [
      { status: 429, body: 'rate limited', headers: { 'retry-after': '3' } },
      true,
      /429: rate limited \(wait for 3 s\)/,
    ],
    [{ status: 503, body: '' }, true, /503/],
    [{ status: 404, body: 'Unknown Webhook' }, false, /404: Unknown Webhook/],
  ])('say what an answer %j means, without the address, which is a secret', async (answer, retryable, said) => {
    chat.answer = answer;
    const masked: string[] = [];
    const options = { context: { mask: (secret: string) => void masked.push(secret) } };
    const error = await posted(slackIncomingWebhook, { messageText: 'Hi' }, {}, options).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: 'HTTP_STATUS', retryable, message: expect.stringMatching(said) });
    expect((error as Error).message).not.toMatch(/token/);
    expect(masked).toEqual([chat.url]);
  });

  it('can be tried again when nobody answers', async () => {
    const gone = await startChat();
    await new Promise((resolve) => gone.server.close(resolve));
    await expect(posted(slackIncomingWebhook, { messageText: 'Hi', url: gone.url })).rejects.toMatchObject({ code: 'HTTP_UNREACHABLE', retryable: true }); // prettier-ignore
  });
});

import { removeTestFolders, runTask } from '@tutti/plugin-sdk/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStandIn } from '../testing/stand-in.ts';
import type { StandIn } from '../testing/stand-in.ts';
import { openAiChatCompletion } from './open-ai-chat-completion.ts';

const ANSWER = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-5-mini',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi.' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
};

let openAi: StandIn;
beforeAll(async () => {
  openAi = await startStandIn(() => ({ body: ANSWER }));
});
afterAll(async () => {
  openAi.server.close();
  await removeTestFolders();
});

describe('openai.ChatCompletion', () => {
  it('asks and answers by the names of the interface', async () => {
    const properties = { apiKey: 'sk-1', host: `${openAi.url}/v1`, model: 'gpt-5-mini', messages: [{ role: 'system', content: 'Be brief.' }], prompt: 'Hello', n: '1', stop: 'END', maxTokens: 9 }; // prettier-ignore
    const { outputs, metrics } = await runTask(openAiChatCompletion, properties);
    expect(openAi.asked.at(-1)).toMatchObject({
      path: '/v1/chat/completions',
      headers: { authorization: 'Bearer sk-1' },
    });
    expect(openAi.asked.at(-1)?.body).toEqual({
      model: 'gpt-5-mini',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hello' },
      ],
      n: 1,
      stop: ['END'],
      max_completion_tokens: 9,
    });
    const { created: _created, ...told } = ANSWER;
    expect(outputs).toEqual(told);
    expect(metrics).toContain('counter usage.total.tokens 7');
  });

  it('wants something to ask', async () => {
    const attempt = runTask(openAiChatCompletion, { apiKey: 'sk-1', host: openAi.url, model: 'm' });
    await expect(attempt).rejects.toMatchObject({ code: 'AI_REQUEST_REFUSED', retryable: false });
  });
});

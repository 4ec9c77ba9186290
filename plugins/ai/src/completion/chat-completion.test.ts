import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import type { JsonMap } from '@tutti/plugin-sdk';
import { removeTestFolders, runTask } from '@tutti/plugin-sdk/testing';
import type { RunTaskOptions } from '@tutti/plugin-sdk/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { GEMINI_KEY, generated, startGemini } from '../testing/gemini-server.ts';
import { startStandIn } from '../testing/stand-in.ts';
import type { Answer, StandIn } from '../testing/stand-in.ts';
import { chatCompletion } from './chat-completion.ts';

const open: StandIn[] = [];
afterAll(async () => {
  for (const { server } of open) server.close();
  await removeTestFolders();
});

async function gemini(answer: Answer) {
  const standIn = await startGemini(() => answer);
  open.push(standIn);
  return standIn;
}

async function openAi(answer: Answer) {
  const standIn = await startStandIn(() => answer);
  open.push(standIn);
  return standIn;
}

const QUESTION = { type: 'USER', content: 'What is Tutti?' };
const ask = (baseUrl: string, properties: JsonMap = {}, options: RunTaskOptions = {}) =>
  runTask(
    chatCompletion,
    {
      provider: { type: 'io.kestra.plugin.ai.provider.GoogleGemini', modelName: 'gemini-2.5-flash', apiKey: GEMINI_KEY, baseUrl: `${baseUrl}/v1beta` }, // prettier-ignore
      messages: [QUESTION],
      ...properties,
    },
    options,
  );

describe('ChatCompletion with Gemini', () => {
  it('gives the answer, why it ended, and what it cost', async () => {
    const { url } = await gemini(generated('An orchestra.'));
    const { outputs, metrics } = await ask(url);
    expect(outputs).toEqual({
      textOutput: 'An orchestra.',
      finishReason: 'STOP',
      tokenUsage: { inputTokenCount: 7, outputTokenCount: 6, totalTokenCount: 13 },
      requestDuration: expect.any(Number),
    });
    expect(metrics.slice(0, 3)).toEqual(['counter input.token.count 7', 'counter output.token.count 6', 'counter total.token.count 13']); // prettier-ignore
  });

  it('sends the conversation and its settings as the API wants them', async () => {
    const { url, asked } = await gemini(generated('{"ok":true}'));
    const messages = [{ type: 'SYSTEM', content: 'Be brief.' }, QUESTION, { type: 'AI', content: 'A tool.' }, { type: 'USER', contentBlocks: [{ type: 'TEXT', text: 'More.' }] }]; // prettier-ignore
    const schema = { type: 'object', properties: { ok: { type: 'boolean' } } };
    const configuration = { temperature: 0.2, topK: '40', seed: 1, maxToken: 100, thinkingEnabled: false, responseFormat: { type: 'JSON', jsonSchema: schema } }; // prettier-ignore
    const { outputs } = await ask(url, { messages, configuration });
    expect(outputs['jsonOutput']).toEqual({ ok: true });
    expect(asked[0]?.body).toEqual({
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      contents: [
        { role: 'user', parts: [{ text: 'What is Tutti?' }] },
        { role: 'model', parts: [{ text: 'A tool.' }] },
        { role: 'user', parts: [{ text: 'More.' }] },
      ],
      generationConfig: {
        temperature: 0.2,
        topK: 40,
        seed: 1,
        maxOutputTokens: 100,
        responseMimeType: 'application/json',
        responseJsonSchema: schema,
        thinkingConfig: { thinkingBudget: 0, includeThoughts: false },
      },
    });
  });

  it('tells what the model thought only when asked to', async () => {
    const parts = [{ text: 'Hm. ', thought: true }, { text: 'Yes.' }];
    const { url } = await gemini(generated('', { candidates: [{ content: { parts }, finishReason: 'MAX_TOKENS' }] }));
    expect((await ask(url)).outputs).toMatchObject({ textOutput: 'Yes.', finishReason: 'LENGTH' });
    expect((await ask(url)).outputs).not.toHaveProperty('thinking');
    expect((await ask(url, { configuration: { returnThinking: true } })).outputs['thinking']).toBe('Hm. ');
  });

  it('masks the key, and names it nowhere', async () => {
    const masked: string[] = [];
    const { url } = await gemini(generated('fine'));
    const { log } = await ask(url, { configuration: { logRequests: true, logResponses: true } }, { context: { mask: (secret) => void masked.push(secret) } }); // prettier-ignore
    expect(log).toEqual(['INFO USER: What is Tutti?', 'INFO AI: fine']);
    expect(masked).toEqual([GEMINI_KEY]);
  });

  it.each([
    [{ status: 429, headers: { 'retry-after': '7' }, body: { error: { message: 'Quota exceeded' } } }, { code: 'AI_RATE_LIMITED', retryable: true, message: expect.stringMatching(/Quota exceeded The provider asks to wait for 7 s/) }], // prettier-ignore
    [
      { status: 503, body: 'overloaded' },
      { code: 'AI_UNAVAILABLE', retryable: true },
    ],
    [
      { status: 403, body: { error: { message: 'blocked' } } },
      { code: 'AI_ACCESS_REFUSED', retryable: false },
    ],
    [
      { status: 400, body: { error: { message: 'too many tokens' } } },
      { code: 'AI_REQUEST_REFUSED', retryable: false },
    ],
    [{ body: { promptFeedback: { blockReason: 'SAFETY' } } }, { code: 'AI_NO_ANSWER', retryable: false }],
  ])('says what %j means', async (answer, error) => {
    const { url } = await gemini(answer);
    await expect(ask(url)).rejects.toMatchObject(error);
  });

  it('says so when the key is wrong, empty or the model unknown', async () => {
    const { url } = await gemini(generated(''));
    const provider = { type: 'ai.provider.GoogleGemini', modelName: 'gemini', baseUrl: `${url}/v1beta` };
    await expect(ask(url, { provider: { ...provider, apiKey: 'wrong' } })).rejects.toMatchObject({ code: 'AI_ACCESS_REFUSED' }); // prettier-ignore
    await expect(ask(url, { provider: { ...provider, apiKey: ' ' } })).rejects.toMatchObject({
      code: 'AI_KEY_MISSING',
    });
    await expect(ask(url, { provider: { ...provider, apiKey: GEMINI_KEY, baseUrl: url } })).rejects.toMatchObject({ code: 'AI_NOT_FOUND' }); // prettier-ignore
    await expect(ask(url, { provider: { ...provider, type: 'ai.provider.Oracle' } })).rejects.toThrow(/must be ai\.provider\.GoogleGemini/); // prettier-ignore
  });

  it('can be tried again when nobody answers, and ends at once when it is killed', async () => {
    const silent = createServer();
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const killed = new AbortController();
    const running = ask(url, {}, { context: { signal: killed.signal } });
    const [connection] = await once(silent, 'connection');
    killed.abort();
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
    connection.destroy();
    silent.close();
    await once(silent, 'close');
    await expect(ask(url)).rejects.toMatchObject({ code: 'AI_UNREACHABLE', retryable: true });
  });

  it('says so when JSON was wanted and something else came', async () => {
    const { url } = await gemini(generated('Sure! Here it is.'));
    await expect(ask(url, { configuration: { responseFormat: { type: 'JSON' } } })).rejects.toMatchObject({ code: 'AI_ANSWER_NO_JSON' }); // prettier-ignore
  });
});

describe('ChatCompletion with OpenAI and its kind', () => {
  const COMPLETED = {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content: '```json\n{"n": 1}\n```' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 },
  };

  it('sends what chat/completions takes', async () => {
    const { url, asked } = await openAi({ body: COMPLETED });
    const provider = { type: 'ai.provider.OpenAI', modelName: 'gpt-5-mini', apiKey: 'sk-1', baseUrl: `${url}/v1/` };
    const configuration = { topP: 0.9, maxToken: 50, responseFormat: { type: 'JSON', jsonSchema: { type: 'object' }, strictJson: true } }; // prettier-ignore
    const { outputs } = await ask(url, { provider, configuration, messages: [{ type: 'SYSTEM', content: 'Hi' }, QUESTION] }); // prettier-ignore
    expect(outputs).toMatchObject({ jsonOutput: { n: 1 }, finishReason: 'STOP', tokenUsage: { totalTokenCount: 8 } });
    expect(asked[0]).toMatchObject({ path: '/v1/chat/completions', headers: { authorization: 'Bearer sk-1' } });
    expect(asked[0]?.body).toEqual({
      model: 'gpt-5-mini',
      messages: [
        { role: 'system', content: 'Hi' },
        { role: 'user', content: 'What is Tutti?' },
      ],
      top_p: 0.9,
      max_completion_tokens: 50,
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'output', strict: true, schema: { type: 'object' } },
      },
    });
  });

  it('asks a model on the own machine without a key, by the name that containers use', async () => {
    const { url, asked } = await openAi({ body: COMPLETED });
    const endpoint = url.replace('127.0.0.1', 'host.docker.internal');
    const provider = { type: 'io.kestra.plugin.ai.provider.Ollama', modelName: 'llama3', endpoint };
    await ask(url, { provider, configuration: { maxToken: 9 } });
    expect(asked[0]).toMatchObject({ path: '/v1/chat/completions', body: { max_tokens: 9 } });
    expect(asked[0]?.headers).not.toHaveProperty('authorization');
  });
});

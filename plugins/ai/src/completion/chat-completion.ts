import { defineTask, s } from '@tutti/plugin-sdk';
import { chatOutputs, configurationProperty, converse } from '../chat-properties.ts';
import type { ChatMessage } from '../model.ts';
import { openModel } from '../open-model.ts';
import { provider } from '../provider-properties.ts';

const CHAT_FLOW = `id: chat
namespace: company.team
inputs:
  - id: question
    type: STRING
    defaults: What is a workflow orchestrator, in one sentence?
tasks:
  - id: ask
    type: ai.completion.ChatCompletion
    provider:
      type: ai.provider.GoogleGemini
      modelName: gemini-2.5-flash
      apiKey: "{{ secret('GEMINI_API_KEY') }}"
    messages:
      - type: SYSTEM
        content: You answer briefly.
      - type: USER
        content: "{{ inputs.question }}"
    retry:
      type: exponential
      interval: PT5S
      maxInterval: PT1M
      maxAttempts: 5
  - id: show
    type: core.log.Log
    message: "{{ outputs.ask.textOutput }} ({{ outputs.ask.tokenUsage.totalTokenCount }} tokens)"
`;

const JSON_FLOW = `id: classify
namespace: company.team
tasks:
  - id: classify
    type: ai.completion.ChatCompletion
    provider:
      type: ai.provider.OpenAI
      modelName: gpt-5-mini
      apiKey: "{{ secret('OPENAI_API_KEY') }}"
    configuration:
      responseFormat:
        type: JSON
        jsonSchema:
          type: object
          required: [category]
          properties:
            category:
              type: string
              enum: [ACCOUNT, BILLING, TECHNICAL]
    messages:
      - type: USER
        content: "Which category is this ticket? I was charged twice."
  - id: show
    type: core.log.Log
    message: "{{ outputs.classify.jsonOutput.category }}"
`;

const message = s.object({
  type: s.enum(['SYSTEM', 'AI', 'USER']),
  content: s.string().optional(),
  contentBlocks: s.list(s.object({ type: s.enum(['TEXT']).default('TEXT'), text: s.string() })).optional(),
});

export const chatCompletion = defineTask({
  type: 'ai.completion.ChatCompletion',
  aliases: [
    'io.kestra.plugin.ai.completion.ChatCompletion',
    'io.kestra.plugin.langchain4j.completion.ChatCompletion',
    'io.kestra.plugin.langchain4j.ChatCompletion',
  ],
  title: 'Ask a language model.',
  description: 'A rate limit, a fault of the provider and a lost connection may pass: they are worth a `retry`.',
  properties: {
    provider: provider().describe(
      'Model and its provider, by `type`; `baseUrl` names another server of the same kind.',
    ),
    messages: s.list(message).describe('The conversation so far; its last message is of type USER.'),
    ...configurationProperty,
  },
  outputs: chatOutputs,
  examples: [
    { title: 'Ask a question', flow: CHAT_FLOW, runs: false },
    { title: 'Get an answer of a certain form', flow: JSON_FLOW, runs: false },
  ],
  run: (context, { provider: chosen, messages, configuration }) =>
    converse(context, openModel(context, chosen), messages.map(textOf), configuration),
});

/** A message with its blocks joined. */
const textOf = ({ type, content, contentBlocks = [] }: ReturnType<typeof message.parse>): ChatMessage => ({
  type,
  text: [...(content === undefined ? [] : [content]), ...contentBlocks.map(({ text }) => text)].join('\n'),
});

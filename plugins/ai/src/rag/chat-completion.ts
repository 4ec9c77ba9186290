import { defineTask, s } from '@tutti/plugin-sdk';
import type { RunContext } from '@tutti/plugin-sdk';
import { chatOutputs, configurationProperty, converse } from '../chat-properties.ts';
import type { ChatMessage } from '../model.ts';
import { openModel } from '../open-model.ts';
import { provider } from '../provider-properties.ts';
import { embeddingStore, openEmbeddingStore } from './embedding-store.ts';
import type { Segment } from './embedding-store.ts';
import { contentRetrievers, searchWeb } from './web-search.ts';

const RAG_FLOW = `id: chat-with-documents
namespace: company.team
tasks:
  - id: read
    type: ai.rag.IngestDocument
    provider:
      type: ai.provider.GoogleGemini
      modelName: gemini-embedding-001
      apiKey: "{{ secret('GEMINI_API_KEY') }}"
    embeddings:
      type: ai.embeddings.KestraKVStore
    drop: true
    fromDocuments:
      - content: Tutti means "all together".
  - id: ask
    type: ai.rag.ChatCompletion
    chatProvider:
      type: ai.provider.GoogleGemini
      modelName: gemini-2.5-flash
      apiKey: "{{ secret('GEMINI_API_KEY') }}"
    embeddingProvider:
      type: ai.provider.GoogleGemini
      modelName: gemini-embedding-001
      apiKey: "{{ secret('GEMINI_API_KEY') }}"
    embeddings:
      type: ai.embeddings.KestraKVStore
    systemMessage: Say so when the documents do not tell.
    prompt: What does the name mean?
  - id: show
    type: core.log.Log
    message: "{{ outputs.ask.textOutput }}"
`;

const retrieval = s.object({ maxResults: s.int().default(3), minScore: s.number().default(0) });

export const ragChatCompletion = defineTask({
  type: 'ai.rag.ChatCompletion',
  aliases: ['io.kestra.plugin.ai.rag.ChatCompletion', 'io.kestra.plugin.langchain4j.rag.ChatCompletion'],
  title: 'Ask a language model about documents.',
  description: 'What fits the question, of documents that were read and of searches of the web, is given to the model with it.', // prettier-ignore
  properties: {
    chatProvider: provider().describe('Model that answers.'),
    embeddingProvider: provider().optional().describe('Model that the documents were read with; that which answers when left out.'), // prettier-ignore
    embeddings: embeddingStore().optional().describe('Where the documents are kept.'),
    contentRetrieverConfiguration: retrieval.prefault({}).describe('How many pieces are taken, and how near (0 to 1) they must be.'), // prettier-ignore
    contentRetrievers: contentRetrievers().optional().describe('Searches of the web, by `type`.'),
    systemMessage: s.string().optional().describe('How the model should answer.'),
    prompt: s.nonEmpty().describe('The question.'),
    chatConfiguration: configurationProperty.configuration,
  },
  outputs: {
    ...chatOutputs,
    sources: s
      .list(s.record(s.json()))
      .describe('What was given to the model: `content` and `metadata` of each piece.'),
  },
  examples: [{ title: 'Ask about what was read', flow: RAG_FLOW, runs: false }],
  async run(context, properties) {
    const { systemMessage, prompt, chatConfiguration } = properties;
    const found = await retrieve(context, properties);
    const messages: ChatMessage[] = [
      ...(systemMessage === undefined ? [] : [{ type: 'SYSTEM' as const, text: systemMessage }]),
      { type: 'USER', text: withContents(prompt, found) },
    ];
    const answer = await converse(context, openModel(context, properties.chatProvider), messages, chatConfiguration);
    return { ...answer, sources: found.map(({ text, metadata }) => ({ content: text, metadata })) };
  },
});

type Properties = Parameters<typeof ragChatCompletion.run>[1];

async function retrieve(context: RunContext, properties: Properties): Promise<Segment[]> {
  const { embeddings, embeddingProvider, chatProvider, contentRetrieverConfiguration, prompt } = properties;
  const found: Segment[] = [];
  if (embeddings) {
    const { vectors } = await openModel(context, embeddingProvider ?? chatProvider).embed([prompt]);
    found.push(
      ...(await openEmbeddingStore(context, embeddings).search(vectors[0] ?? [], contentRetrieverConfiguration)),
    );
    if (found.length === 0) context.log.warn('No document fits the question, or none was read.');
  }
  for (const search of properties.contentRetrievers ?? []) found.push(...(await searchWeb(context, search, prompt)));
  return found;
}

const withContents = (prompt: string, found: readonly Segment[]): string =>
  found.length === 0
    ? prompt
    : `${prompt}\n\nAnswer using the following information:\n${found.map(({ text }) => text).join('\n\n')}`;

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonMap, KeyValues } from '@tutti/plugin-sdk';
import { removeTestFolders, runTask } from '@tutti/plugin-sdk/testing';
import type { RunTaskOptions } from '@tutti/plugin-sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GEMINI_KEY, generated, startGemini } from '../testing/gemini-server.ts';
import { startStandIn, vectorOf } from '../testing/stand-in.ts';
import type { StandIn } from '../testing/stand-in.ts';
import { ragChatCompletion } from './chat-completion.ts';
import { ingestDocument } from './ingest-document.ts';

let gemini: StandIn;
let web: StandIn;
let keyValues: KeyValues | undefined;
beforeAll(async () => {
  gemini = await startGemini(({ contents }) => generated(contents.at(-1)!.parts[0]!.text));
  web = await startStandIn(({ path }) => {
    if (path === '/search') return { body: { results: [{ title: 'News', url: 'https://a.example', content: 'Fresh.', score: 0.9 }] } }; // prettier-ignore
    if (path.startsWith('/google?')) return { body: { items: [{ title: 'Page', link: 'https://b.example', snippet: 'Old.' }] } }; // prettier-ignore
    if (path === '/missing') return { status: 404, body: 'none' };
    return { body: '<html><head><title>x</title></head><body><p>Bears sleep in&nbsp;winter.</p><script>no()</script></body></html>' }; // prettier-ignore
  });
});
beforeEach(() => {
  keyValues = undefined;
});
afterAll(async () => {
  gemini.server.close();
  web.server.close();
  await removeTestFolders();
});

const embedder = () => ({ type: 'io.kestra.plugin.ai.provider.GoogleGemini', modelName: 'gemini-embedding-001', apiKey: GEMINI_KEY, baseUrl: `${gemini.url}/v1beta` }); // prettier-ignore
const EMBEDDINGS = { type: 'io.kestra.plugin.ai.embeddings.KestraKVStore' };

/** Tasks of one execution share the key-value store. */
const shared = (prepare?: RunTaskOptions['prepare']): RunTaskOptions => ({
  ...(keyValues && { context: { keyValues } }),
  prepare: async (context) => {
    keyValues ??= context.keyValues;
    return prepare?.(context);
  },
});
const ingest = (properties: JsonMap, prepare?: RunTaskOptions['prepare']) =>
  runTask(ingestDocument, { provider: embedder(), embeddings: EMBEDDINGS, ...properties }, shared(prepare));
const ask = (prompt: string, properties: JsonMap = {}) =>
  runTask(ragChatCompletion, { chatProvider: { ...embedder(), modelName: 'gemini-2.5-flash' }, embeddingProvider: embedder(), embeddings: EMBEDDINGS, prompt, ...properties }, shared()); // prettier-ignore
const documents = (...contents: string[]) => ({ fromDocuments: contents.map((content) => ({ content })) });

const WORLD = ['Cats purr when they are content.', 'Rivers flow to the sea.', 'Bread is baked from flour.'];

describe('IngestDocument and ChatCompletion', () => {
  it('give the model what fits the question', async () => {
    expect((await ingest(documents(...WORLD))).outputs).toMatchObject({ ingestedDocuments: 3, segments: 3 });
    const { outputs } = await ask('Where do rivers flow?', { contentRetrieverConfiguration: { maxResults: 1 }, systemMessage: 'Be brief.' }); // prettier-ignore
    expect(outputs['sources']).toEqual([{ content: 'Rivers flow to the sea.', metadata: {} }]);
    expect(outputs['textOutput']).toBe(
      'Where do rivers flow?\n\nAnswer using the following information:\nRivers flow to the sea.',
    );
    expect(gemini.asked.at(-1)?.body).toMatchObject({ systemInstruction: { parts: [{ text: 'Be brief.' }] } });
  });

  it('keep what was read before, unless told to drop it', async () => {
    const sources = async () => ((await ask('cats', { contentRetrieverConfiguration: { maxResults: 9 } })).outputs['sources'] as object[]).length; // prettier-ignore
    await ingest(documents('cats'));
    await ingest(documents('dogs'));
    expect(await sources()).toBe(2);
    await ingest({ ...documents('birds'), drop: true });
    expect(await sources()).toBe(1);
  });

  it('take nothing that is not near enough', async () => {
    await ingest(documents(...WORLD));
    const { outputs, log } = await ask('Quantum chromodynamics', { contentRetrieverConfiguration: { minScore: 0.99 } });
    expect(outputs).toMatchObject({ sources: [], textOutput: 'Quantum chromodynamics' });
    expect(log).toContain('WARN No document fits the question, or none was read.');
  });

  it('read files, stored files and pages, and keep where each is from', async () => {
    const { outputs } = await ingest({ fromPath: 'docs', fromExternalURLs: [`${web.url}/page`], metadata: { about: 'animals' } }, async ({ workingDirectory, storage }) => {
      const folder = join(await workingDirectory(), 'docs');
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'wolf.md'), 'Wolves hunt in packs.');
      return { fromInternalURIs: [(await storage.put('fox.txt', 'Foxes are clever.')).uri] };
    }); // prettier-ignore
    expect(outputs['ingestedDocuments']).toBe(3);
    const found = (await ask('animals', { contentRetrieverConfiguration: { maxResults: 9 } })).outputs['sources'];
    expect(found).toContainEqual({ content: 'Wolves hunt in packs.', metadata: { about: 'animals', file: 'docs/wolf.md' } }); // prettier-ignore
    expect(found).toContainEqual({ content: 'Bears sleep in winter.', metadata: { about: 'animals', url: `${web.url}/page` } }); // prettier-ignore
    expect(found).toContainEqual({ content: 'Foxes are clever.', metadata: { about: 'animals', uri: expect.stringMatching(/fox\.txt$/) } }); // prettier-ignore
  });

  it('cut long documents, ask for their vectors in portions, and keep more than one pair can hold', async () => {
    const sentences = Array.from(
      { length: 3_000 },
      (_, n) => `Sentence ${n} about ${vectorOf(String(n)).length} things.`,
    );
    const before = gemini.asked.length;
    const { outputs } = await ingest({ ...documents(sentences.join('\n')), documentSplitter: { maxSegmentSizeInChars: 400, maxOverlapSizeInChars: 0 } }); // prettier-ignore
    expect(outputs['segments']).toBeGreaterThan(200);
    expect(gemini.asked.length - before).toBe(Math.ceil(Number(outputs['segments']) / 100));
    expect((await ask('Sentence 7', { contentRetrieverConfiguration: { maxResults: 2 } })).outputs['sources']).toHaveLength(2); // prettier-ignore
  });

  it('search the web, without any document', async () => {
    const contentRetrievers = [
      { type: 'io.kestra.plugin.ai.retriever.TavilyWebSearch', apiKey: 'tvly-1', baseUrl: web.url },
      { type: 'ai.retriever.GoogleCustomWebSearch', apiKey: 'g-1', csi: 'engine', baseUrl: `${web.url}/google` },
    ];
    const { outputs } = await runTask(ragChatCompletion, { chatProvider: embedder(), contentRetrievers, prompt: 'What is new?' }); // prettier-ignore
    expect(outputs['sources']).toEqual([
      { content: 'News\nFresh.', metadata: { url: 'https://a.example' } },
      { content: 'Page\nOld.', metadata: { url: 'https://b.example' } },
    ]);
    const [tavily, google] = web.asked.slice(-2);
    expect(tavily).toMatchObject({ headers: { authorization: 'Bearer tvly-1' }, body: { query: 'What is new?', max_results: 3 } }); // prettier-ignore
    expect(google).toMatchObject({ path: '/google?cx=engine&q=What+is+new%3F&num=3', headers: { 'x-goog-api-key': 'g-1' } }); // prettier-ignore
  });

  it('say what is wrong: a page that is not there, a splitter that cannot be, another model than before', async () => {
    await expect(ingest({ fromExternalURLs: [`${web.url}/missing`] })).rejects.toMatchObject({ code: 'HTTP_STATUS', retryable: false }); // prettier-ignore
    await expect(ingest({ ...documents('a'), documentSplitter: { maxSegmentSizeInChars: 10, maxOverlapSizeInChars: 10 } })).rejects.toMatchObject({ code: 'SPLIT_UNCLEAR' }); // prettier-ignore
    await expect(ingest({ fromPath: '../../etc/passwd' })).rejects.toMatchObject({ code: 'FILE_PATH_OUTSIDE' });
    await ingest(documents('a'));
    const other = await startStandIn(() => ({ body: { data: [{ index: 0, embedding: [1, 0] }], usage: { prompt_tokens: 1 } } })); // prettier-ignore
    const embeddingProvider = { type: 'ai.provider.OpenAI', modelName: 'text-embedding-3-small', apiKey: 'k', baseUrl: other.url }; // prettier-ignore
    await expect(ask('a', { embeddingProvider })).rejects.toMatchObject({ code: 'EMBEDDINGS_DIFFER' });
    other.server.close();
  });
});

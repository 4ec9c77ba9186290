import { TaskError, defineTask, s } from '@tutti/plugin-sdk';
import type { RunContext } from '@tutti/plugin-sdk';
import { openModel } from '../open-model.ts';
import { provider } from '../provider-properties.ts';
import { readDocuments } from './documents.ts';
import { embeddingStore, openEmbeddingStore } from './embedding-store.ts';
import type { Segment } from './embedding-store.ts';
import { SPLITTERS, splitText } from './split-text.ts';

const INGEST_FLOW = `id: ingest
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
    fromExternalURLs:
      - https://raw.githubusercontent.com/kestra-io/docs/refs/heads/main/README.md
    fromDocuments:
      - content: Tutti means "all together".
        metadata:
          about: name
  - id: show
    type: core.log.Log
    message: "{{ outputs.read.ingestedDocuments }} documents"
`;

const documentSchema = s.object({ content: s.string(), metadata: s.record(s.json()).default({}) });

/** Without a word about it: long enough for a thought, and within what models for embeddings take. */
const splitter = s.object({
  splitter: s.enum(SPLITTERS).default('RECURSIVE'),
  maxSegmentSizeInChars: s.int().default(2_000),
  maxOverlapSizeInChars: s.int().default(200),
});

export const ingestDocument = defineTask({
  type: 'ai.rag.IngestDocument',
  aliases: ['io.kestra.plugin.ai.rag.IngestDocument', 'io.kestra.plugin.langchain4j.rag.IngestDocument'],
  title: 'Read documents, so that a model can be asked about them.',
  description: 'Documents are cut into segments, and each is kept with its vector; ai.rag.ChatCompletion finds them.',
  properties: {
    provider: provider().describe('Model that makes the vectors.'),
    embeddings: embeddingStore().describe('Where they are kept; key `kvName`, or `<flow>-embedding-store`.'),
    fromPath: s.string().optional().describe('File or folder below the working folder.'),
    fromInternalURIs: s.oneOrMany(s.string()).optional().describe('URIs of stored files.'),
    fromExternalURLs: s.oneOrMany(s.url()).optional().describe('Addresses to fetch; of pages the markup is left out.'),
    fromDocuments: s.list(documentSchema).optional().describe('Texts, each with `content` and `metadata`.'),
    metadata: s.record(s.json()).default({}).describe('Kept with each document.'),
    documentSplitter: splitter.prefault({}).describe('How documents are cut: at paragraphs, 2,000 characters with 200 of the segment before, when left out.'), // prettier-ignore
    drop: s.boolean().default(false).describe('Whether what was kept before is thrown away.'),
  },
  outputs: {
    ingestedDocuments: s.int().describe('Number of documents.'),
    segments: s.int().describe('Number of pieces they were cut into.'),
    inputTokenCount: s.int().describe('Tokens the model has read; 0 when it does not tell.'),
    outputTokenCount: s.int().describe('Tokens the model has written: none.'),
    totalTokenCount: s.int().describe('Both together.'),
  },
  examples: [{ title: 'Read a page and a sentence', flow: INGEST_FLOW, runs: false }],
  async run(context, properties) {
    const model = openModel(context, properties.provider);
    const { segments, documents } = await readSegments(context, properties);
    const { vectors, inputTokenCount } = await model.embed(segments.map(({ text }) => text));
    if (vectors.length !== segments.length)
      throw new TaskError('AI_NO_ANSWER', `The model gave ${vectors.length} vectors for ${segments.length} texts.`);
    await openEmbeddingStore(context, properties.embeddings).add(segments, vectors, { drop: properties.drop });
    context.counter('indexed.documents', documents);
    context.counter('input.token.count', inputTokenCount);
    context.log.info(`${documents} documents in ${segments.length} segments`);
    return { ingestedDocuments: documents, segments: segments.length, inputTokenCount, outputTokenCount: 0, totalTokenCount: inputTokenCount }; // prettier-ignore
  },
});

type Properties = Parameters<typeof ingestDocument.run>[1];

async function readSegments(
  context: RunContext,
  properties: Properties,
): Promise<{ segments: Segment[]; documents: number }> {
  const {
    splitter: kind,
    maxSegmentSizeInChars: maxLength,
    maxOverlapSizeInChars: maxOverlap,
  } = properties.documentSplitter;
  if (maxLength < 1 || maxOverlap < 0 || maxOverlap >= maxLength)
    throw new TaskError('SPLIT_UNCLEAR', 'maxOverlapSizeInChars must be less than maxSegmentSizeInChars, and neither below 0.', { retryable: false }); // prettier-ignore
  const segments: Segment[] = [];
  let documents = 0;
  for await (const { text, metadata } of readDocuments(context, properties)) {
    documents++;
    for (const piece of splitText(text, { splitter: kind, maxLength, maxOverlap }))
      segments.push({ text: piece, metadata: { ...properties.metadata, ...metadata } });
  }
  return { segments, documents };
}

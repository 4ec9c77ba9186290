import { s } from '@tutti/plugin-sdk';
import type { RunContext } from '@tutti/plugin-sdk';
import { callApi } from '../call-api.ts';
import type { Segment } from './embedding-store.ts';

const tavily = s.object({
  type: s.pattern(/(^|\.)retriever\.TavilyWebSearch$/, 'must be ai.retriever.TavilyWebSearch'),
  apiKey: s.nonEmpty(),
  maxResults: s.int().default(3),
  baseUrl: s.string().default('https://api.tavily.com'),
});

const google = s.object({
  type: s.pattern(/(^|\.)retriever\.GoogleCustomWebSearch$/, 'must be ai.retriever.GoogleCustomWebSearch'),
  apiKey: s.nonEmpty(),
  csi: s.nonEmpty(),
  maxResults: s.int().default(3),
  baseUrl: s.string().default('https://www.googleapis.com/customsearch/v1'),
});

const retriever = s.union([tavily, google]);

/** Searches of the web that bring what a model should know. */
export const contentRetrievers = () => s.list(retriever);

type Retriever = ReturnType<typeof retriever.parse>;

/** What a search finds. Its key is masked from now on. */
export async function searchWeb(context: RunContext, chosen: Retriever, query: string): Promise<Segment[]> {
  context.mask(chosen.apiKey);
  return 'csi' in chosen ? searchGoogle(context, chosen, query) : searchTavily(context, chosen, query);
}

interface TavilyAnswer {
  readonly results?: readonly { readonly title: string; readonly url: string; readonly content: string }[];
}

async function searchTavily(
  context: RunContext,
  { apiKey, maxResults, baseUrl }: ReturnType<typeof tavily.parse>,
  query: string,
): Promise<Segment[]> {
  const { results = [] } = await callApi<TavilyAnswer>(context, {
    url: `${baseUrl}/search`,
    headers: { authorization: `Bearer ${apiKey}` },
    body: { query, max_results: maxResults },
  });
  return results.map(({ title, url, content }) => ({ text: `${title}\n${content}`, metadata: { url } }));
}

interface GoogleAnswer {
  readonly items?: readonly { readonly title: string; readonly link: string; readonly snippet?: string }[];
}

async function searchGoogle(
  context: RunContext,
  { apiKey, csi, maxResults, baseUrl }: ReturnType<typeof google.parse>,
  query: string,
): Promise<Segment[]> {
  const asked = new URLSearchParams({ cx: csi, q: query, num: String(Math.min(maxResults, GOOGLE_MAX)) });
  const { items = [] } = await callApi<GoogleAnswer>(context, {
    url: `${baseUrl}?${asked.toString()}`,
    headers: { 'x-goog-api-key': apiKey },
  });
  return items.map(({ title, link, snippet = '' }) => ({ text: `${title}\n${snippet}`, metadata: { url: link } }));
}

/** Most results of one request. */
const GOOGLE_MAX = 10;

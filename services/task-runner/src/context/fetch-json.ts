import type { HttpRequest, Json } from '@tutti/expressions';

const TIMEOUT_MS = 10_000;

/** What `http()` in an expression asks for: the body of the answer, parsed when it is JSON. */
export async function fetchJson({
  uri,
  method,
  query,
  body,
  contentType,
  accept,
  headers,
}: HttpRequest): Promise<Json> {
  const url = new URL(uri);
  for (const [name, value] of Object.entries(query)) url.searchParams.append(name, textOf(value));
  const response = await fetch(url, {
    method,
    headers: {
      accept,
      ...(body !== null && { 'content-type': contentType }),
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, textOf(value)])),
    },
    body: body === null ? null : textOf(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${method} ${uri} answered ${response.status}.`);
  return parsed(answer);
}

const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

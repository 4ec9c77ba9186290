import { opendir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { text } from 'node:stream/consumers';
import { TaskError, pathWithin } from '@tutti/plugin-sdk';
import type { JsonMap, RunContext } from '@tutti/plugin-sdk';
import type { Segment } from './embedding-store.ts';

/** Longest document, bytes. */
const DOCUMENT_MAX_BYTES = 20 * 1024 * 1024;

/** Where documents come from. */
export interface Sources {
  readonly fromPath?: string | undefined;
  readonly fromInternalURIs?: readonly string[] | undefined;
  readonly fromExternalURLs?: readonly string[] | undefined;
  readonly fromDocuments?: readonly { readonly content: string; readonly metadata: JsonMap }[] | undefined;
}

/** The documents, one after another, each with what is known of it. */
export async function* readDocuments(context: RunContext, sources: Sources): AsyncGenerator<Segment> {
  for (const { content, metadata } of sources.fromDocuments ?? []) yield { text: content, metadata };
  for (const uri of sources.fromInternalURIs ?? []) yield await storedDocument(context, uri);
  for (const url of sources.fromExternalURLs ?? []) yield await fetchedDocument(context, url);
  if (sources.fromPath !== undefined) yield* localDocuments(await context.workingDirectory(), sources.fromPath);
}

async function storedDocument({ storage }: RunContext, uri: string): Promise<Segment> {
  refuseLarge(uri, await storage.sizeBytes(uri));
  return { text: await text(await storage.get(uri)), metadata: { uri } };
}

async function fetchedDocument({ signal }: RunContext, url: string): Promise<Segment> {
  const response = await fetch(url, { signal }).catch((cause: unknown) => {
    if (signal.aborted) throw cause;
    throw new TaskError('HTTP_UNREACHABLE', `${url} gave no answer.`, { cause });
  });
  if (!response.ok)
    throw new TaskError('HTTP_STATUS', `${url} answered ${response.status}.`, { retryable: response.status >= 500 });
  refuseLarge(url, Number(response.headers.get('content-length') ?? 0));
  const body = await response.text();
  refuseLarge(url, body.length);
  const isPage = /html/.test(response.headers.get('content-type') ?? '');
  return { text: isPage ? textOfPage(body) : body, metadata: { url } };
}

/** What a page says, without its markup. */
const textOfPage = (html: string): string =>
  html
    .replaceAll(/<(script|style|head)\b[^]*?<\/\1>|<!--[^]*?-->/gi, ' ')
    .replaceAll(/<\/?(p|div|section|article|h[1-6]|li|ul|ol|table|tr|br|pre)\b[^>]*>/gi, '\n')
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll(/&(amp|lt|gt|quot|#39|nbsp);/g, (entity) => ENTITIES[entity] ?? entity)
    .replaceAll(/[ \t]+/g, ' ')
    .replaceAll(/\n\s*\n\s*/g, '\n\n');

const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&nbsp;': ' ' }; // prettier-ignore

async function* localDocuments(folder: string, path: string): AsyncGenerator<Segment> {
  const target = pathWithin(folder, path);
  const found = await stat(target).catch(() => undefined);
  if (!found) throw new TaskError('FILE_NOT_FOUND', `The working folder has no "${path}".`, { retryable: false });
  for (const file of found.isDirectory() ? await filesBelow(target) : [target]) {
    refuseLarge(file, (await stat(file)).size);
    yield { text: await readFile(file, 'utf8'), metadata: { file: relative(folder, file) } };
  }
}

async function filesBelow(folder: string): Promise<string[]> {
  const files: string[] = [];
  for await (const entry of await opendir(folder, { recursive: true }))
    if (entry.isFile()) files.push(join(entry.parentPath, entry.name));
  return files.sort();
}

function refuseLarge(name: string, sizeBytes: number): void {
  if (sizeBytes <= DOCUMENT_MAX_BYTES) return;
  throw new TaskError('DOCUMENT_TOO_LARGE', `"${name}" has ${sizeBytes} bytes; ${DOCUMENT_MAX_BYTES} are allowed.`, {
    retryable: false,
    hint: 'Split it first, for example by core.storage.Split.',
  });
}

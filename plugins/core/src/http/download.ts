import { TaskError, defineTask, s } from '@tutti/plugin-sdk';
import { httpNames } from './http-names.ts';
import { httpOutputs, httpProperties } from './http-properties.ts';
import { send } from './send.ts';
import type { HttpAnswer } from './send.ts';

const DOWNLOAD_FLOW = `id: download
namespace: company.team
inputs:
  - id: address
    type: STRING
    defaults: http://localhost:8080/health
tasks:
  - id: fetch
    type: core.http.Download
    uri: "{{ inputs.address }}"
  - id: show
    type: core.log.Log
    message: "{{ outputs.fetch.length }} bytes at {{ outputs.fetch.uri }}"
`;

export const download = defineTask({
  type: 'core.http.Download',
  aliases: httpNames('Download'),
  title: 'Download a file into internal storage.',
  description: 'The body is streamed, so its size is bounded by the storage, not by memory.',
  properties: {
    ...httpProperties,
    failOnEmptyResponse: s.boolean().default(true).describe('Whether an empty body fails the task.'),
    saveAs: s.string().optional().describe('Name of the stored file; that of the answer or the address when left out.'),
  },
  outputs: {
    ...httpOutputs,
    length: s.int().describe('Length of the body, bytes.'),
  },
  examples: [{ title: 'Keep a file', flow: DOWNLOAD_FLOW, runs: false }],
  run: (context, properties) =>
    send(context, properties, async (answer) => {
      const { uri, sizeBytes } = await context.storage.put(properties.saveAs ?? fileNameOf(answer), answer.body);
      if (sizeBytes === 0 && properties.failOnEmptyResponse)
        throw new TaskError('HTTP_BODY_EMPTY', `${answer.uri} answered without a body.`, {
          hint: 'Set failOnEmptyResponse: false if that is all right.',
        });
      if (sizeBytes === 0) context.log.warn(`${answer.uri} answered without a body.`);
      context.counter('response.length', sizeBytes);
      return { uri, code: answer.code, length: sizeBytes, headers: answer.headers as Record<string, string[]> };
    }),
});

function fileNameOf({ headers, uri }: HttpAnswer): string {
  const disposition = headers['content-disposition']?.[0] ?? '';
  const encoded = /filename\*=(?:UTF-8'')?([^;]+)/i.exec(disposition)?.[1];
  const named = encoded === undefined ? /filename="?([^";]+)/i.exec(disposition)?.[1] : decoded(encoded);
  const last = named ?? decoded(new URL(uri).pathname);
  return last.slice(last.lastIndexOf('/') + 1).trim() || 'download';
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

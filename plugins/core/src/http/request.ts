import { TaskError, defineTask, s } from '@tutti/plugin-sdk';
import { httpNames } from './http-names.ts';
import { httpOutputs, httpProperties } from './http-properties.ts';
import { send } from './send.ts';
import type { HttpAnswer } from './send.ts';

/** Longest body that becomes an output, bytes. */
const BODY_MAX_BYTES = 10 * 1024 * 1024;

const REQUEST_FLOW = `id: ask-an-api
namespace: company.team
inputs:
  - id: address
    type: STRING
    defaults: http://localhost:8080/health
tasks:
  - id: ask
    type: core.http.Request
    uri: "{{ inputs.address }}"
    headers:
      accept: application/json
  - id: show
    type: core.log.Log
    message: "{{ outputs.ask.code }}: {{ outputs.ask.body }}"
`;

export const request = defineTask({
  type: 'core.http.Request',
  aliases: httpNames('Request'),
  title: 'Send an HTTP request and take its answer as an output.',
  description: 'The body is text; `fromJson(…)` or `| jq(…)` read it. For large bodies use core.http.Download.',
  properties: {
    ...httpProperties,
    encryptBody: s.boolean().default(false).describe('Keeps the body out of logs and outputs: it is masked.'),
  },
  outputs: {
    ...httpOutputs,
    body: s.string().describe('Body of the answer.'),
  },
  examples: [{ title: 'Ask an API', flow: REQUEST_FLOW, runs: false }],
  run: (context, properties) =>
    send(context, properties, async (answer, { logs }) => {
      const body = await textOf(answer);
      if (properties.encryptBody) context.mask(body);
      if (logs.includes('RESPONSE_BODY')) context.log.info(body);
      const { uri, code, headers } = answer;
      return { uri, code, headers: headers as Record<string, string[]>, body };
    }),
});

/** The body in the character set that the answer names. */
export async function textOf({ body, headers, uri }: HttpAnswer): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > BODY_MAX_BYTES)
      throw new TaskError('HTTP_BODY_TOO_LARGE', `The answer of ${uri} is longer than ${BODY_MAX_BYTES} bytes.`, {
        hint: 'Use core.http.Download, which stores the body as a file.',
        retryable: false,
      });
    chunks.push(chunk);
  }
  return decoderFor(headers['content-type']?.[0]).decode(Buffer.concat(chunks));
}

function decoderFor(contentType = ''): InstanceType<typeof TextDecoder> {
  const charset = /charset="?([\w-]+)/i.exec(contentType)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}

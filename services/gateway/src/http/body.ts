import type { IncomingMessage } from 'node:http';
import { UserError } from '@tutti/service-kit';

/**
 * The whole body of a request.
 * @throws {UserError} BODY_TOO_LARGE as soon as it is longer than allowed.
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  // By events: the asynchronous iteration of a stream costs as much as the rest of a small request.
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) reject(tooLarge(maxBytes));
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.byteLength;
      if (size > maxBytes) reject(tooLarge(maxBytes));
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.on('error', reject);
  });
}

/** The body as UTF-8 text, without a byte order mark. */
export async function readText(request: IncomingMessage, maxBytes: number): Promise<string> {
  return (await readBody(request, maxBytes)).toString('utf8').replace(/^\uFEFF/, '');
}

/**
 * The body as JSON.
 * @throws {UserError} BODY_NOT_JSON.
 */
export async function readJson(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  const text = await readText(request, maxBytes);
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new UserError('BODY_NOT_JSON', `The body is not JSON: ${said}.`, { cause });
  }
}

function tooLarge(maxBytes: number): UserError {
  return new UserError('BODY_TOO_LARGE', `The body is larger than the ${maxBytes} bytes allowed here.`);
}

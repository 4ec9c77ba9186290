import { extname } from 'node:path';
import { parseStorageUri } from '@tutti/storage';
import type { RouteName } from '../access/route-policy.ts';
import type { Gateway } from '../gateway.ts';
import { illegalArgument } from '../http/error-envelope.ts';
import { attachment, json } from '../http/reply.ts';
import type { RestRequest } from '../http/router.ts';
import { executionFolder } from './execution-form.ts';
import { findExecution } from './execution-routes.ts';
import { numberOf } from './query.ts';
import type { Routes } from './routes.ts';

type Names = Extract<RouteName, `GET /executions/{executionId}/file${string}`>;

/** Most bytes of a file that a preview looks at. */
const PREVIEW_BYTES = 5 * 1024 * 1024;

/** Files that executions made, and no others. */
export function executionFileRoutes(gateway: Gateway): Routes<Names> {
  const { storage } = gateway;
  return {
    'GET /executions/{executionId}/file': async (request) => {
      const uri = await ownFile(gateway, request);
      return attachment(parseStorageUri(uri).at(-1) ?? 'file', await storage.get(uri));
    },
    'GET /executions/{executionId}/file/metas': async (request) =>
      json({ size: await storage.size(await ownFile(gateway, request)) }),
    'GET /executions/{executionId}/file/preview': async (request) => {
      const uri = await ownFile(gateway, request);
      const maxLines = numberOf(request.query, 'maxRows', 100, 5_000);
      const { text, isWhole } = await readStart(await storage.get(uri));
      const lines = text.split('\n');
      return json({
        extension: extname(uri).slice(1),
        type: 'TEXT',
        content: lines.slice(0, maxLines).join('\n'),
        maxLine: maxLines,
        truncated: !isWhole || lines.length > maxLines,
      });
    },
  };
}

/** @throws {RestError} 422 for a file of another execution. @throws {UserError} EXECUTION_NOT_FOUND. */
async function ownFile(gateway: Gateway, { params, query }: RestRequest): Promise<string> {
  const { id, namespace, flowId } = await findExecution(gateway, params['executionId'] ?? '');
  const path = query.get('path') ?? '';
  const names = parseStorageUri(path);
  const folder = executionFolder({ namespace, flowId, executionId: id });
  if (!folder.every((name, index) => names[index] === name)) throw illegalArgument('Invalid prefix path');
  return path;
}

async function readStart(stream: AsyncIterable<Buffer>): Promise<{ readonly text: string; readonly isWhole: boolean }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size >= PREVIEW_BYTES) return { text: Buffer.concat(chunks).toString('utf8'), isWhole: false };
  }
  return { text: Buffer.concat(chunks).toString('utf8'), isWhole: true };
}

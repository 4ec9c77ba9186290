import type { NamespaceFile } from '@tutti/contracts';
import { buffer } from 'node:stream/consumers';
import type { RouteName } from '../access/route-policy.ts';
import type { Gateway } from '../gateway.ts';
import { RestError, illegalArgument } from '../http/error-envelope.ts';
import { readForm } from '../http/multipart.ts';
import { attachment, empty, json } from '../http/reply.ts';
import type { Handler, RestRequest } from '../http/router.ts';
import { withParents } from '../operations/namespaces.ts';
import { putNamespaceFile } from '../operations/put-namespace-file.ts';
import { pageOfQuery } from './query.ts';
import type { Routes } from './routes.ts';
import { readZip, writeZip } from './zip.ts';

type Names = Extract<
  RouteName,
  | `${string} /namespaces/{namespace}`
  | 'GET /namespaces/search'
  | `${string} /namespaces/{namespace}/files${string}`
  | `GET ${string}/secrets`
>;

/** Largest archive that is unpacked, and sum of the files that are packed, bytes: both are held in memory. */
const MAX_ARCHIVE_BYTES = 100 * 1024 * 1024;

/** Namespaces and their files. */
export function namespaceRoutes(gateway: Gateway): Routes<Names> {
  const { registry, storage } = gateway;
  const noSecrets: Handler = () => json({ readOnly: true, results: [], total: 0 }); // their names are not told
  return {
    'GET /secrets': noSecrets,
    'GET /namespaces/{namespace}/secrets': noSecrets,
    'GET /namespaces/{namespace}': ({ params: { namespace = '' } }) => json({ id: namespace }),
    'GET /namespaces/search': async ({ query }) => {
      const { offset, limit } = pageOfQuery(query);
      const all = withParents(await gateway.flows.allNamespaces()).filter((id) => id.includes(query.get('q') ?? ''));
      return json({ results: all.slice(offset, offset + limit).map((id) => ({ id })), total: all.length });
    },

    'GET /namespaces/{namespace}/files': async (request) => {
      const file = await findFile(gateway, request);
      if (!file.uri) throw illegalArgument(`'${file.path}' is a folder`);
      const headers = { 'content-type': 'application/octet-stream', 'cache-control': 'no-cache' };
      return { status: 200, headers, body: await storage.get(file.uri) };
    },

    'POST /namespaces/{namespace}/files': async (request) => {
      const { namespace = '' } = request.params;
      const path = pathOf(request.query, 'path');
      let files = 0;
      await readForm(request.raw, {
        maxFileBytes: gateway.config.maxUploadBytes,
        onFile: async ({ name, fileName, stream }) => {
          if (name !== 'fileContent') return void stream.resume();
          files++;
          if (/\.zip$/i.test(fileName)) await unpack(gateway, namespace, path, await buffer(stream));
          else await putNamespaceFile(gateway, namespace, path, stream);
        },
      });
      if (files === 0) throw illegalArgument('Required Part [fileContent] not specified');
      return empty(200);
    },

    'PUT /namespaces/{namespace}/files': async ({ params: { namespace = '' }, query }) => {
      await registry.moveFile({ namespace, from: pathOf(query, 'from'), to: pathOf(query, 'to') });
      return empty(200);
    },

    'DELETE /namespaces/{namespace}/files': async ({ params: { namespace = '' }, query }) => {
      await registry.deleteFile({ namespace, path: pathOf(query, 'path') });
      return empty(200);
    },

    'GET /namespaces/{namespace}/files/stats': async (request) => json(statsOf(await findFile(gateway, request))),

    'GET /namespaces/{namespace}/files/directory': async ({ params: { namespace = '' }, query }) => {
      const folder = query.get('path') ? pathOf(query, 'path') : '/';
      const { files } = await registry.listFiles({ namespace, under: folder });
      const children = childrenOf(files, folder);
      if (children.length === 0 && folder !== '/' && !(await registry.getFile({ namespace, path: folder })).file)
        throw new RestError(404, `Not Found: Directory not found: ${folder}`);
      return json(children);
    },

    'POST /namespaces/{namespace}/files/directory': async ({ params: { namespace = '' }, query }) => {
      await registry.putFile({ namespace, path: pathOf(query, 'path'), directory: true });
      return empty(200);
    },

    'GET /namespaces/{namespace}/files/search': async ({ params: { namespace = '' }, query }) => {
      const { files } = await registry.listFiles({ namespace });
      const found = files.filter(({ directory, path }) => !directory && path.includes(query.get('q') ?? ''));
      return json(found.map(({ path }) => path));
    },

    'GET /namespaces/{namespace}/files/export': async ({ params: { namespace = '' } }) => {
      const { files } = await registry.listFiles({ namespace });
      const stored = files.filter((file): file is NamespaceFile & { uri: string } => file.uri !== undefined);
      if (stored.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) > MAX_ARCHIVE_BYTES)
        throw illegalArgument(`The files are larger than ${MAX_ARCHIVE_BYTES} bytes; get them one by one`);
      const contents = await Promise.all(
        stored.map(async ({ path, uri }) => ({ name: path.slice(1), content: await buffer(await storage.get(uri)) })),
      );
      return attachment(`${namespace}_files.zip`, writeZip(contents), 'application/zip');
    },
  };
}

/** @throws {RestError} 404. */
async function findFile(
  { registry }: Gateway,
  { params: { namespace = '' }, query }: RestRequest,
): Promise<NamespaceFile> {
  const path = pathOf(query, 'path');
  const { file } = await registry.getFile({ namespace, path });
  if (!file) throw new RestError(404, `Not Found: File '${path}' was not found in namespace '${namespace}'.`);
  return file;
}

/** A path within a namespace. @throws {RestError} 422 when it is missing or leads upwards. */
function pathOf(query: URLSearchParams, name: string): string {
  const path = query.get(name);
  if (!path) throw illegalArgument(`The query parameter '${name}' is missing`);
  if (path.split('/').includes('..'))
    throw illegalArgument("File should be accessed with their full path and not using relative '..' path.");
  return path.startsWith('/') ? path : `/${path}`;
}

async function unpack(gateway: Gateway, namespace: string, folder: string, archive: Buffer): Promise<void> {
  const base = folder.endsWith('/') ? folder : folder.slice(0, folder.lastIndexOf('/') + 1);
  for (const { name, content } of readZip(archive, { maxBytes: MAX_ARCHIVE_BYTES, wanted: isSafeName }))
    await putNamespaceFile(gateway, namespace, `${base}${name}`, content);
}

const isSafeName = (name: string): boolean => !name.startsWith('/') && !name.split(/[/\\]/).includes('..');

function statsOf({ path, directory, sizeBytes, updatedAtMs }: NamespaceFile) {
  return {
    type: directory ? 'Directory' : 'File',
    size: sizeBytes,
    fileName: path.slice(path.lastIndexOf('/') + 1),
    lastModifiedTime: updatedAtMs,
    creationTime: updatedAtMs,
    metadata: {},
  };
}

/** What lies right in a folder; folders that exist only by what is in them included. */
function childrenOf(files: readonly NamespaceFile[], folder: string) {
  const base = folder.endsWith('/') ? folder : `${folder}/`;
  const children = new Map<string, NamespaceFile>();
  for (const file of files) {
    if (!file.path.startsWith(base) || file.path === base) continue;
    const [name = '', ...deeper] = file.path.slice(base.length).split('/');
    if (deeper.length === 0) children.set(name, file);
    else if (!children.has(name))
      children.set(name, { ...file, path: `${base}${name}`, directory: true, sizeBytes: 0 });
  }
  return [...children.values()].map(statsOf);
}

import type { Bus } from '@tutti/bus';
import { findNamespaceFile } from '@tutti/expression-services';
import { subjects } from '@tutti/contracts';
import type {
  ChangedReply,
  DeleteNamespaceFile,
  ListNamespaceFiles,
  ListNamespaceFilesReply,
  NamespaceFile,
  PutNamespaceFile,
} from '@tutti/contracts';
import { TaskError, matchesAnyGlob } from '@tutti/plugin-sdk';
import type { NamespaceFiles } from '@tutti/plugin-sdk';
import { absolutePath, namespaceFileUri } from '@tutti/storage';
import type { Storage } from '@tutti/storage';
import { asTaskError } from './as-task-error.ts';

/** The files of a namespace: their list is the flow-registry's, their content lies in internal storage. */
export function createNamespaceFiles(bus: Bus, storage: Storage, ownNamespace: string): NamespaceFiles {
  const ask = <Req, Res>(verb: string, body: Req): Promise<Res> =>
    bus.request<Req, Res>(subjects.file(verb), body).catch(asTaskError);
  return {
    async list({ namespace = ownNamespace, include = [], exclude = [] } = {}) {
      const { files } = await ask<ListNamespaceFiles, ListNamespaceFilesReply>('list', { namespace });
      const [included, excluded] = [include.flatMap(atAnyDepth), exclude.flatMap(atAnyDepth)];
      const wanted = ({ path, directory }: NamespaceFile): boolean =>
        !directory && (include.length === 0 || matchesAnyGlob(path, included)) && !matchesAnyGlob(path, excluded);
      return files.filter(wanted).map(({ path }) => path);
    },
    async read(path, { namespace = ownNamespace } = {}) {
      const file = await findNamespaceFile(bus, namespace, path).catch(asTaskError);
      if (file?.uri === undefined) throw fileNotFound(namespace, path);
      return storage.get(file.uri);
    },
    async write(path, content, { namespace = ownNamespace, overwrite = true } = {}) {
      const at = absolutePath(path);
      if (!overwrite && (await findNamespaceFile(bus, namespace, at))) throw fileExists(namespace, at);
      const file = await storage.put(namespaceFileUri(namespace, at), content);
      await ask<PutNamespaceFile, unknown>('put', { namespace, path: at, overwrite, ...file });
    },
    async delete(path, { namespace = ownNamespace } = {}) {
      return (await ask<DeleteNamespaceFile, ChangedReply>('delete', { namespace, path: absolutePath(path) })).changed;
    },
  };
}

/** A glob that does not begin with a slash may match below any folder. */
const atAnyDepth = (glob: string): string[] => (/^(\/|glob:)/.test(glob) ? [glob] : [glob, `**/${glob}`]);

const fileNotFound = (namespace: string, path: string): TaskError =>
  new TaskError('FILE_NOT_FOUND', `The namespace "${namespace}" has no file "${path}".`, { retryable: false });

const fileExists = (namespace: string, path: string): TaskError =>
  new TaskError('FILE_EXISTS', `The namespace "${namespace}" has a file "${path}" already.`, { retryable: false });

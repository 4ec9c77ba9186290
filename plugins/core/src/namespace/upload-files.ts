import { TaskError, defineTask, s } from '@tutti/plugin-sdk';
import type { RunContext } from '@tutti/plugin-sdk';
import { kestraNames } from '../kestra-names.ts';
import { namespaceProperty } from './namespace-properties.ts';

const UPLOAD_FLOW = `id: upload
namespace: company.team
tasks:
  - id: write
    type: core.storage.Write
    content: select 1
  - id: upload
    type: core.namespace.UploadFiles
    namespace: "{{ flow.namespace }}"
    filesMap:
      sql/one.sql: "{{ outputs.write.uri }}"
`;

export const uploadFiles = defineTask({
  type: 'core.namespace.UploadFiles',
  aliases: kestraNames('core.namespace.UploadFiles'),
  title: 'Put files into a namespace.',
  properties: {
    ...namespaceProperty,
    files: s.oneOrMany(s.string()).optional().describe('URIs of stored files; each keeps its name.'),
    filesMap: s.record(s.string()).optional().describe('Content or URI by path.'),
    destination: s.string().default('/').describe('Folder that the paths are below.'),
    conflict: s.enum(['OVERWRITE', 'ERROR', 'SKIP']).default('OVERWRITE').describe('What to do when a file exists.'),
  },
  examples: [{ title: 'Upload a query', flow: UPLOAD_FLOW }],
  async run(context, { namespace = context.execution.namespace, files = [], filesMap = {}, destination, conflict }) {
    const all = [...files.map((uri): [string, string] => [nameOf(uri), uri]), ...Object.entries(filesMap)];
    const existing = new Set(conflict === 'OVERWRITE' ? [] : await context.namespaceFiles.list({ namespace }));
    for (const [path, content] of all) {
      const target = `${destination}/${path}`.replaceAll(/\/{2,}/g, '/');
      if (existing.has(target) && conflict === 'ERROR')
        throw new TaskError('FILE_EXISTS', `The namespace has a file "${target}" already.`, { retryable: false });
      if (!existing.has(target)) await upload(context, namespace, target, content);
    }
  },
});

async function upload(context: RunContext, namespace: string, path: string, content: string): Promise<void> {
  const source = /^kestra:\/\/\/\S+$/.test(content) ? await context.storage.get(content) : content;
  await context.namespaceFiles.write(path, source, { namespace });
}

const nameOf = (uri: string): string => decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1));

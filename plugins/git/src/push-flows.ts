import { Readable } from 'node:stream';
import { defineTask, matchesAnyGlob, s } from '@tutti/plugin-sdk';
import type { FlowSource } from '@tutti/plugin-sdk';
import { withGit } from './git.ts';
import { remoteProperties } from './git-properties.ts';
import { inNamespace } from './in-namespace.ts';
import { pushChanges } from './push-changes.ts';
import type { PushedFile } from './push-changes.ts';
import { pushOutputs, pushProperties } from './push-properties.ts';

const PUSH_FLOW = `id: push-flows
namespace: system
tasks:
  - id: push
    type: git.PushFlows
    url: https://github.com/company/flows
    username: ada
    password: "{{ secret('GITHUB_TOKEN') }}"
    branch: develop
    sourceNamespace: company.dev
    targetNamespace: company.prod
    includeChildNamespaces: true
`;

export const pushFlows = defineTask({
  type: 'git.PushFlows',
  aliases: ['io.kestra.plugin.git.PushFlows'],
  title: 'Push flows of a namespace to a repository.',
  description: 'In one commit; where nothing has changed, there is none. The sources are pushed as they were written.',
  properties: {
    ...remoteProperties,
    ...pushProperties,
    sourceNamespace: s.nonEmpty().optional().describe('The namespace; that of the flow when left out.'),
    targetNamespace: s.nonEmpty().optional().describe('Namespace to write into the files instead.'),
    gitDirectory: s.string().default('_flows').describe('Folder of the repository to push into.'),
    flows: s.oneOrMany(s.string()).optional().describe('Globs of the ids of the flows; all when left out.'),
    includeChildNamespaces: s.boolean().default(false).describe('Whether flows of namespaces below it are pushed, into folders below the folder.'), // prettier-ignore
    kestraUrl: s.string().optional().describe('Accepted; flows are those of the installation that runs the task.'),
    auth: s.record(s.json()).optional().describe('Accepted; flows are those of the installation that runs the task.'),
  },
  outputs: { ...pushOutputs, flows: s.string().describe('URI of a file with one line for each file that changed.') },
  examples: [{ title: 'Push what was tried out', flow: PUSH_FLOW, runs: false }],
  async run(context, properties) {
    const { sourceNamespace = context.execution.namespace, targetNamespace = sourceNamespace, flows: globs = ['**'] } = properties; // prettier-ignore
    const { gitDirectory, branch, dryRun, authorName, authorEmail, username, includeChildNamespaces } = properties;
    const all = await context.flows.list({ namespace: sourceNamespace, recursive: includeChildNamespaces });
    const files = all.filter(({ id }) => matchesAnyGlob(id, globs)).map((flow) => fileOf(flow, sourceNamespace, targetNamespace)); // prettier-ignore
    return withGit(context, properties, async (git) => {
      const { changes, ...pushed } = await pushChanges(context, git, {
        branch,
        gitDirectory,
        files,
        mayDelete: (path) => properties.delete && isPushed(path, globs, includeChildNamespaces),
        message: properties.commitMessage ?? `Add flows from the namespace ${sourceNamespace}`,
        author: { name: authorName ?? username ?? 'Tutti', email: authorEmail ?? 'tutti@localhost' },
        dryRun,
      });
      return { ...pushed, flows: changes };
    });
  },
});

function fileOf({ namespace, id, source }: FlowSource, from: string, to: string): PushedFile {
  const below = namespace.slice(from.length).split('.').filter((part) => part !== ''); // prettier-ignore
  const content = () => Readable.from([inNamespace(source, [to, ...below].join('.'))]);
  return { path: [...below, `${id}.yaml`].join('/'), content };
}

/** A file that this task would have made, of a flow that is gone. */
function isPushed(path: string, globs: readonly string[], includeChildNamespaces: boolean): boolean {
  const [, folder, id = ''] = /^(.*\/)?([^/]+)\.ya?ml$/.exec(path) ?? [];
  return matchesAnyGlob(id, globs) && (folder === undefined || includeChildNamespaces);
}

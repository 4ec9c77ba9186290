import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { TaskError, defineTask, s } from '@tutti/plugin-sdk';
import { checkOut } from './check-out.ts';
import { withGit } from './git.ts';
import { remoteProperties, syncProperties } from './git-properties.ts';
import { inNamespace } from './in-namespace.ts';

const SYNC_FLOW = `id: sync-flow
namespace: system
tasks:
  - id: sync
    type: git.SyncFlow
    url: https://github.com/company/flows
    branch: main
    flowPath: flows/load.yaml
    targetNamespace: company.team
`;

export const syncFlow = defineTask({
  type: 'git.SyncFlow',
  aliases: ['io.kestra.plugin.git.SyncFlow'],
  title: 'Bring one flow of a repository into a namespace.',
  properties: {
    ...remoteProperties,
    ...syncProperties,
    targetNamespace: s.nonEmpty().describe('The namespace; it replaces the one in the file.'),
    flowPath: s.nonEmpty().describe('Path of the flow in the repository.'),
    kestraUrl: s.string().optional().describe('Accepted; the flow is saved in the installation that runs the task.'),
    auth: s.record(s.json()).optional().describe('Accepted; the flow is saved in the installation that runs the task.'),
  },
  outputs: {
    flowId: s.string().describe('Id of the flow.'),
    namespace: s.string().describe('Its namespace.'),
    revision: s.int().describe('Its revision; of a dry run, the one it would have.'),
  },
  examples: [{ title: 'Bring one flow', flow: SYNC_FLOW, runs: false }],
  run(context, properties) {
    const { branch, flowPath, targetNamespace, dryRun } = properties;
    return withGit(context, properties, async (git) => {
      const { folder } = await checkOut(context, git, { branch, folder: dirname(flowPath) });
      const file = folder === undefined ? undefined : join(folder, basename(flowPath));
      const source = file === undefined ? undefined : await readFile(file, 'utf8').catch(() => undefined);
      if (source === undefined)
        throw new TaskError('GIT_NOT_FOUND', `The branch "${branch}" has no file "${flowPath}".`, { retryable: false });
      const { id, namespace, revision } = await context.flows.save(inNamespace(source, targetNamespace), { dryRun });
      return { flowId: id, namespace, revision };
    });
  },
});

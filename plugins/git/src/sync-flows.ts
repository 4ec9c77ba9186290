import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TaskError, defineTask, s } from '@tutti/plugin-sdk';
import type { RunContext, SavedFlow } from '@tutti/plugin-sdk';
import { checkOut } from './check-out.ts';
import { filesBelow } from './files-below.ts';
import { withGit } from './git.ts';
import { remoteProperties, syncProperties } from './git-properties.ts';
import { inNamespace } from './in-namespace.ts';
import { directoryMissing } from './sync-namespace-files.ts';
import { commitOutput, reportSync } from './sync-report.ts';
import type { Synced } from './sync-report.ts';

const SYNC_FLOW = `id: sync-flows
namespace: system
tasks:
  - id: sync
    type: git.SyncFlows
    url: https://github.com/company/flows
    branch: main
    username: anything
    password: "{{ secret('GITHUB_TOKEN') }}"
    gitDirectory: flows
    targetNamespace: company.team
    includeChildNamespaces: true
    delete: true
triggers:
  - id: hourly
    type: core.trigger.Schedule
    cron: "0 * * * *"
`;

export const syncFlows = defineTask({
  type: 'git.SyncFlows',
  aliases: ['io.kestra.plugin.git.SyncFlows'],
  title: 'Bring flows of a repository into a namespace.',
  description:
    'Git is the truth. All are checked first: when one has faults, none is saved, unless told to leave it out.',
  properties: {
    ...remoteProperties,
    ...syncProperties,
    targetNamespace: s.nonEmpty().describe('The namespace; it replaces the one in the files.'),
    gitDirectory: s.string().default('_flows').describe('Folder of the repository with the flows, one a file.'),
    includeChildNamespaces: s.boolean().default(false).describe('Whether flows in folders below it go into namespaces below the namespace.'), // prettier-ignore
    delete: s.boolean().default(false).describe('Whether flows that the repository does not have are deleted; this one stays.'), // prettier-ignore
    ignoreInvalidFlows: s.boolean().default(false).describe('Whether flows with faults are left out with a warning.'),
    failOnMissingDirectory: s.boolean().default(true).describe('Whether it is an error when the folder is not there.'),
    kestraUrl: s.string().optional().describe('Accepted; flows are saved in the installation that runs the task.'),
    auth: s.record(s.json()).optional().describe('Accepted; flows are saved in the installation that runs the task.'),
  },
  outputs: {
    ...commitOutput,
    flows: s.string().describe('URI of a file with one line for each flow and what became of it.'),
  },
  examples: [{ title: 'Bring all flows of a team every hour', flow: SYNC_FLOW, runs: false }],
  run(context, properties) {
    const { branch, gitDirectory, dryRun } = properties;
    return withGit(context, properties, async (git) => {
      const { folder, commitId } = await checkOut(context, git, { branch, folder: gitDirectory });
      if (folder === undefined && properties.failOnMissingDirectory) throw directoryMissing(gitDirectory, branch);
      const files = folder === undefined ? [] : await readFlows(folder, properties);
      const saved = await saveAll(context, files, properties);
      const deleted = properties.delete ? await deleteOthers(context, saved, properties) : [];
      return { commitId, flows: await reportSync(context, [...saved, ...deleted], dryRun) };
    });
  },
});

interface FlowFile {
  /** Path in the repository. */
  readonly gitPath: string;
  readonly source: string;
}

interface Options {
  readonly targetNamespace: string;
  readonly gitDirectory: string;
  readonly includeChildNamespaces: boolean;
  readonly ignoreInvalidFlows: boolean;
  readonly dryRun: boolean;
}

async function readFlows(
  folder: string,
  { targetNamespace, gitDirectory, includeChildNamespaces }: Options,
): Promise<FlowFile[]> {
  const flows: FlowFile[] = [];
  for (const path of await filesBelow(folder)) {
    const below = dirname(path) === '.' ? [] : dirname(path).split('/');
    if (!/\.ya?ml$/.test(path) || (below.length > 0 && !includeChildNamespaces)) continue;
    const source = inNamespace(await readFile(join(folder, path), 'utf8'), [targetNamespace, ...below].join('.'));
    flows.push({ gitPath: join(gitDirectory, path), source });
  }
  return flows;
}

async function saveAll(
  context: RunContext,
  files: readonly FlowFile[],
  { ignoreInvalidFlows, dryRun }: Options,
): Promise<Synced[]> {
  const checked = await Promise.all(files.map(async (file) => ({ file, ended: await attempt(context, file, true) })));
  const faults = checked.flatMap(({ file, ended }) => (ended instanceof TaskError ? [`${file.gitPath}: ${ended.message}`] : [])); // prettier-ignore
  if (faults.length > 0 && !ignoreInvalidFlows)
    throw new TaskError('FLOW_FAULTY', faults.join('\n'), {
      retryable: false,
      hint: 'Mend them in the repository, or leave them out by ignoreInvalidFlows: true.',
    });
  for (const fault of faults) context.log.warn(`Left out: ${fault}`);
  const synced: Synced[] = [];
  for (const { file, ended } of checked)
    if (!(ended instanceof TaskError))
      synced.push(toldOf(file, dryRun ? ended : await context.flows.save(file.source)));
  return synced;
}

async function attempt({ flows }: RunContext, { source }: FlowFile, dryRun: boolean): Promise<SavedFlow | TaskError> {
  return flows.save(source, { dryRun }).catch((error: unknown) => {
    if (error instanceof TaskError) return error;
    throw error;
  });
}

const toldOf = ({ gitPath }: FlowFile, { id, namespace, revision, created, changed }: SavedFlow): Synced => ({
  gitPath,
  syncState: created ? 'ADDED' : changed ? 'UPDATED' : 'UNCHANGED',
  flowId: id,
  namespace,
  revision,
});

async function deleteOthers(context: RunContext, saved: readonly Synced[], options: Options): Promise<Synced[]> {
  const { targetNamespace, includeChildNamespaces, dryRun } = options;
  const { execution, flows } = context;
  const kept = new Set([...saved.map(({ namespace, flowId }) => `${namespace}/${flowId}`), `${execution.namespace}/${execution.flowId}`]); // prettier-ignore
  const deleted: Synced[] = [];
  for (const { namespace, id, revision } of await flows.list({
    namespace: targetNamespace,
    recursive: includeChildNamespaces,
  })) {
    if (kept.has(`${namespace}/${id}`)) continue;
    if (!dryRun) await flows.delete({ namespace, id });
    deleted.push({ syncState: 'DELETED', flowId: id, namespace, revision });
  }
  return deleted;
}

import { TaskError, defineTask, matchesAnyGlob, s } from '@tutti/plugin-sdk';
import { withGit } from './git.ts';
import { remoteProperties } from './git-properties.ts';
import { pushChanges } from './push-changes.ts';
import { pushOutputs, pushProperties } from './push-properties.ts';

const PUSH_FLOW = `id: push-files
namespace: company.team
tasks:
  - id: push
    type: git.PushNamespaceFiles
    url: https://github.com/company/project
    username: ada
    password: "{{ secret('GITHUB_TOKEN') }}"
    branch: kestra
    files: ["sql/**", "*.py"]
    commitMessage: "Files of {{ flow.namespace }}"
`;

export const pushNamespaceFiles = defineTask({
  type: 'git.PushNamespaceFiles',
  aliases: ['io.kestra.plugin.git.PushNamespaceFiles'],
  title: 'Push files of a namespace to a repository.',
  description: 'In one commit; where nothing has changed, there is none.',
  properties: {
    ...remoteProperties,
    ...pushProperties,
    namespace: s.nonEmpty().optional().describe('The namespace; that of the flow when left out.'),
    gitDirectory: s.string().default('_files').describe('Folder of the repository to push into.'),
    files: s.oneOrMany(s.string()).optional().describe('Globs of the files; all when left out.'),
    errorOnMissing: s.boolean().default(false).describe('Whether it is an error when a glob matches nothing.'),
  },
  outputs: { ...pushOutputs, files: s.string().describe('URI of a file with one line for each file that changed.') },
  examples: [{ title: 'Push queries and programs', flow: PUSH_FLOW, runs: false }],
  async run(context, properties) {
    const { namespace = context.execution.namespace, files: globs = ['**'], gitDirectory, branch, dryRun, authorName, authorEmail, username } = properties; // prettier-ignore
    const { namespaceFiles } = context;
    const paths = (await namespaceFiles.list({ namespace })).filter((path) => matchesAnyGlob(path, globs));
    const unmatched = globs.filter((glob) => !paths.some((path) => matchesAnyGlob(path, [glob])));
    if (properties.errorOnMissing && unmatched.length > 0)
      throw new TaskError('FILE_NOT_FOUND', `The namespace "${namespace}" has no file ${unmatched.join(', ')}.`, { retryable: false }); // prettier-ignore
    const files = paths.map((path) => ({ path: path.replace(/^\/+/, ''), content: () => namespaceFiles.read(path, { namespace }) })); // prettier-ignore
    return withGit(context, properties, async (git) => {
      const { changes, ...pushed } = await pushChanges(context, git, {
        branch,
        gitDirectory,
        files,
        mayDelete: (path) => properties.delete && matchesAnyGlob(path, globs),
        message: properties.commitMessage ?? `Add files from the namespace ${namespace}`,
        author: { name: authorName ?? username ?? 'Tutti', email: authorEmail ?? 'tutti@localhost' },
        dryRun,
      });
      return { ...pushed, files: changes };
    });
  },
});

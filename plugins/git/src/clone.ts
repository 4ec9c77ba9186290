import { defineTask, s } from '@tutti/plugin-sdk';
import { folderWithin } from './folder-within.ts';
import { withGit } from './git.ts';
import { remoteProperties } from './git-properties.ts';

const CLONE_FLOW = `id: clone
namespace: company.team
tasks:
  - id: folder
    type: core.flow.WorkingDirectory
    tasks:
      - id: clone
        type: git.Clone
        url: https://github.com/kestra-io/blueprints
        branch: main
      - id: list
        type: scripts.shell.Commands
        commands:
          - ls
`;

const PRIVATE_FLOW = `id: clone-private
namespace: company.team
tasks:
  - id: folder
    type: core.flow.WorkingDirectory
    tasks:
      - id: clone
        type: git.Clone
        url: https://github.com/company/private
        directory: project
        tag: v1.2.0
        username: anything
        password: "{{ secret('GITHUB_TOKEN') }}"
      - id: run
        type: scripts.python.Commands
        commands:
          - python project/main.py
`;

export const clone = defineTask({
  type: 'git.Clone',
  aliases: ['io.kestra.plugin.git.Clone'],
  title: 'Clone a repository into the working folder.',
  description:
    'Within a WorkingDirectory the tasks after it find the files there. By the git of the runner; user and password appear in no command line, log or `.git/config`.',
  properties: {
    ...remoteProperties,
    directory: s.string().optional().describe('Folder below the working folder; that one itself when left out.'),
    branch: s.nonEmpty().optional().describe('Branch to check out; that of the repository when left out.'),
    tag: s.nonEmpty().optional().describe('Tag to check out instead of a branch.'),
    commit: s.nonEmpty().optional().describe('Commit to check out, also abbreviated; the whole history is fetched.'),
    depth: s.int().default(1).describe('How many commits of the history to fetch; 0 for all.'),
    cloneAllBranches: s.boolean().default(true).describe('Whether all branches are fetched, and not just one.'),
    noTags: s.boolean().default(false).describe('Whether tags are left out.'),
    cache: s.boolean().optional().describe('Accepted; a clone of depth 1 needs none.'),
    cacheTtl: s.duration().optional().describe('Accepted; a clone of depth 1 needs none.'),
  },
  outputs: {
    directory: s.string().describe('Where the files lie.'),
  },
  examples: [
    { title: 'Clone a public repository', flow: CLONE_FLOW, runs: false },
    { title: 'Run a program of a private repository', flow: PRIVATE_FLOW, runs: false },
  ],
  async run(context, properties) {
    const { directory = '', commit, cloneSubmodules } = properties;
    const work = await context.workingDirectory();
    const target = folderWithin(work, directory);
    await withGit(context, properties, async (git) => {
      context.log.info(`Cloning ${git.url}`);
      await git.run(work, ['clone', ...cloneOptions(properties), '--', git.url, target]);
      if (commit === undefined) return;
      await git.run(target, ['checkout', '--quiet', '--detach', `${commit}^{commit}`]);
      if (cloneSubmodules) await git.run(target, ['submodule', 'update', '--init', '--recursive']);
    });
    return { directory: target };
  },
});

interface CloneOptions {
  readonly branch?: string | undefined;
  readonly tag?: string | undefined;
  readonly commit?: string | undefined;
  readonly depth: number;
  readonly cloneAllBranches: boolean;
  readonly noTags: boolean;
  readonly cloneSubmodules: boolean;
}

/** A commit may lie anywhere in the history, so that all of it is fetched. */
function cloneOptions({
  branch,
  tag,
  commit,
  depth,
  cloneAllBranches,
  noTags,
  cloneSubmodules,
}: CloneOptions): string[] {
  const reference = commit === undefined ? (tag ?? branch) : undefined;
  return [
    '--quiet',
    ...(commit === undefined && depth > 0 ? [`--depth=${depth}`] : []),
    ...(commit === undefined ? [] : ['--no-checkout']),
    ...(reference === undefined ? [] : [`--branch=${reference}`]),
    cloneAllBranches || commit !== undefined ? '--no-single-branch' : '--single-branch',
    ...(noTags ? ['--no-tags'] : []),
    ...(cloneSubmodules && commit === undefined ? ['--recurse-submodules', '--shallow-submodules'] : []),
  ];
}

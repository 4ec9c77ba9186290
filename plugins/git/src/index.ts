import { definePlugin } from '@tutti/plugin-sdk';
import { clone } from './clone.ts';
import { pushFlows } from './push-flows.ts';
import { pushNamespaceFiles } from './push-namespace-files.ts';
import { syncFlow } from './sync-flow.ts';
import { syncFlows } from './sync-flows.ts';
import { syncNamespaceFiles } from './sync-namespace-files.ts';

/** Repositories, by the git of the runner. */
export const gitPlugin = definePlugin({
  name: 'git',
  title: 'Git',
  tasks: [clone, syncNamespaceFiles, syncFlows, syncFlow, pushNamespaceFiles, pushFlows],
});

import { definePlugin } from '@tutti/plugin-sdk';
import { clone } from './clone.ts';
import { syncNamespaceFiles } from './sync-namespace-files.ts';

/** Repositories, by the git of the runner. */
export const gitPlugin = definePlugin({ name: 'git', title: 'Git', tasks: [clone, syncNamespaceFiles] });

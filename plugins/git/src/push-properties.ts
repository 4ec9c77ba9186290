import { s } from '@tutti/plugin-sdk';

/** Of tasks that bring something into a repository. */
export const pushProperties = {
  branch: s.nonEmpty().default('main').describe('The branch; made from the default one where there is none.'),
  commitMessage: s.string().optional().describe('Message of the commit.'),
  authorName: s.string().optional().describe('Author of the commit; `username` when left out.'),
  authorEmail: s.string().optional().describe('Address of the author.'),
  delete: s.boolean().default(true).describe('Whether files in the folder that are not pushed are deleted there.'),
  dryRun: s.boolean().default(false).describe('Whether only to tell what would be pushed.'),
} as const;

export const pushOutputs = {
  commitId: s.string().describe('The commit that was made; nothing when nothing has changed.'),
  commitURL: s.string().describe('Where the server shows it.'),
} as const;

import { property, s } from '@tutti/plugin-sdk';

/** Which repository, and how to get at it. */
export const remoteProperties = {
  url: s.nonEmpty().describe('Address of the repository: https, ssh (also as git@host:path) or file.'),
  username: s.string().optional().describe('User of the repository; anything where the password is a token.'),
  password: s.string().optional().describe('Password or access token; it never reaches a command line or a file.'),
  privateKey: s.string().optional().describe('Private key for ssh, in PEM.'),
  passphrase: s.string().optional().describe('What opens the private key.'),
  trustedCaPemPath: s.string().optional().describe('File with the certificates to trust.'),
  noProxy: s.boolean().default(false).describe('Whether to go around the proxy that the runner uses.'),
  connectTimeout: s.int().optional().describe('Accepted; ms. The timeout of the task bounds the whole.'),
  readTimeout: s.int().default(60_000).describe('How long a transfer over http may stand still, ms.'),
  gitConfig: property(s.record(s.json()).optional().describe('Settings of git by name, such as `http.version`.'), {}),
  cloneSubmodules: s.boolean().default(false).describe('Whether submodules are fetched, too.'),
} as const;

/** The properties above, parsed. */
export type RemoteProperties = {
  readonly [Name in keyof typeof remoteProperties]: (typeof remoteProperties)[Name]['_zod']['output'];
};

/** Of tasks that bring the content of a repository here. */
export const syncProperties = {
  branch: s.nonEmpty().default('main').describe('The branch.'),
  dryRun: s.boolean().default(false).describe('Whether only to tell what would be done.'),
} as const;

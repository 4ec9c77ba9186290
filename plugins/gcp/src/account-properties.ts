import { s } from '@tutti/plugin-sdk';

/** Who asks Google Cloud for what, and where; the same for every task. */
export const accountProperties = {
  projectId: s.string().optional().describe('Project; that of the service account when left out.'),
  serviceAccount: s
    .string()
    .optional()
    .describe('Key of a service account, the JSON text. When left out, the application default credentials count.'),
  impersonatedServiceAccount: s
    .string()
    .optional()
    .describe('Address of a service account to act as; `serviceAccount` must be allowed to create its tokens.'),
  scopes: s
    .oneOrMany(s.string())
    .default(['https://www.googleapis.com/auth/cloud-platform'])
    .describe('OAuth scopes that BigQuery is asked with; Cloud Storage is asked with its own.'),
  endpoint: s
    .url()
    .optional()
    .describe('Address of the service when it is not the public one; over plain http no credentials are sent.'),
} as const;

/** The properties above, parsed. */
export type AccountProperties = {
  readonly [Name in keyof typeof accountProperties]: (typeof accountProperties)[Name]['_zod']['output'];
};

import { s } from '@tutti/plugin-sdk';
import { accountProperties } from '../account-properties.ts';

/** What every task for Cloud Storage takes. */
export const storageProperties = {
  ...accountProperties,
  bucket: s.string().optional().describe('Accepted, as many plugin defaults have it; addresses name their bucket.'),
} as const;

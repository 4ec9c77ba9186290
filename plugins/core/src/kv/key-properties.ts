import { s } from '@tutti/plugin-sdk';

/** Which key of which namespace. */
export const keyProperties = {
  key: s.nonEmpty().describe('The key.'),
  namespace: s.nonEmpty().optional().describe('Namespace of the key; that of the flow when left out.'),
} as const;

import { s } from '@tutti/plugin-sdk';

/** Which files of which namespace. */
export const namespaceProperty = {
  namespace: s.nonEmpty().optional().describe('The namespace; that of the flow when left out.'),
} as const;

export const filesProperty = {
  files: s.oneOrMany(s.string()).describe('Paths or globs of the files.'),
} as const;

export const filesOutput = {
  files: s.record(s.string()).describe('URIs of the files by path.'),
} as const;

import { property, s } from '@tutti/plugin-sdk';
import { scriptOutputs, scriptProperties } from '@tutti/plugin-scripts';

const keyOfManifest = s.object({
  key: s.nonEmpty(),
  namespace: s.nonEmpty().optional(),
});

/** What every dbt task takes. */
export const dbtProperties = {
  ...scriptProperties,
  profiles: s.string().optional().describe('Content of profiles.yml; put into the working folder, over one that is there.'), // prettier-ignore
  projectDir: s.string().optional().describe('Folder of the project below the working folder; that one itself when left out.'), // prettier-ignore
  parseRunResults: s.boolean().default(true).describe('Whether the log, the metrics and the outputs tell how each node ended.'), // prettier-ignore
  storeManifest: keyOfManifest.optional().describe('Key and namespace to keep manifest.json at, in the key-value store.'), // prettier-ignore
  loadManifest: keyOfManifest.optional().describe('Key and namespace to take manifest.json from: it is the state that dbt compares with, and lies in `target`.'), // prettier-ignore
  logFormat: property(s.enum(['JSON', 'TEXT', 'DEBUG', 'NONE']).default('JSON').describe('Log format of dbt. With JSON each line has its level, and a warning makes the task end as one.'), {}), // prettier-ignore
  engine: s.enum(['CORE', 'FUSION']).default('CORE').describe('Which image a task runner with containers uses when none is named.'), // prettier-ignore
} as const;

/** What every dbt task gives. */
export const dbtOutputs = {
  ...scriptOutputs,
  results: s.record(s.int()).describe('How many nodes ended in each status: `success`, `pass`, `warn`, `error` and others of dbt.'), // prettier-ignore
} as const;

/** The properties above, parsed. */
export type DbtProperties = {
  readonly [Name in keyof typeof dbtProperties]: (typeof dbtProperties)[Name]['_zod']['output'];
};

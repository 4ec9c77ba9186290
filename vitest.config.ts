import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';

const FOLDERS = '{packages,services,plugins,apps,tools}';

export default defineConfig({
  // Node takes the CommonJS file of graphql, Vite would take the other one: there must be only one.
  resolve: { alias: [{ find: /^graphql$/, replacement: createRequire(import.meta.url).resolve('graphql') }] },
  test: {
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [`${FOLDERS}/**/*.test.ts`],
          exclude: ['**/node_modules/**', '**/*.contract.test.ts'],
        },
      },
      {
        // Against a real PostgreSQL and a real NATS, which are started once when such a test is asked for.
        extends: true,
        test: {
          name: 'contract',
          include: [`${FOLDERS}/**/*.contract.test.ts`],
          exclude: ['**/node_modules/**'],
          globalSetup: ['tools/vitest-infrastructure.ts'],
        },
      },
      {
        // A whole Tutti from the built files; one file after the other, because each takes both cores.
        extends: true,
        test: {
          name: 'end-to-end',
          include: ['tests/**/*.test.ts'],
          exclude: ['**/node_modules/**'],
          maxWorkers: 1,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});

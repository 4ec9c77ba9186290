import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{packages,services,plugins,apps,tools}/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'build/**'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});

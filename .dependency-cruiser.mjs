/** What may import what; ARCHITECTURE.md says why. `npm run lint` runs it through tools/check-imports.mjs. */
const TEST = '(\\.test\\.ts$|/testing(/|\\.ts$)|conformance\\.ts$|\\.config\\.ts$)';

export default {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Two files that need each other are one, or need a third.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'core-is-pure',
      severity: 'error',
      comment: 'core/ is functions of data: no I/O, no clock, no chance.',
      from: { path: '^services/[^/]+/src/core/', pathNot: TEST },
      to: { pathNot: '^(services/[^/]+/src/core/|packages/(flow-model|expressions|contracts)/)' },
    },
    {
      name: 'services-meet-on-the-bus',
      severity: 'error',
      comment: 'A service knows another only by its messages.',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'plugins-know-the-sdk-only',
      severity: 'error',
      comment: 'So that a third party writes the same plugin; what runs programs builds on what scripts exports.',
      from: { path: '^plugins/([^/]+)/', pathNot: '^plugins/all/' },
      to: {
        path: '^(services|packages|plugins|apps)/',
        pathNot: '^(packages/plugin-sdk/|plugins/$1/|plugins/scripts/src/index\\.ts$)',
      },
    },
    {
      name: 'packages-below-services',
      severity: 'error',
      comment: 'Packages are what services share.',
      from: { path: '^packages/' },
      to: { path: '^(services|plugins|apps)/' },
    },
    {
      name: 'services-load-plugins-by-registry',
      severity: 'error',
      comment: 'No service names a plugin: main.ts takes the list from plugins/all.',
      from: { path: '^services/', pathNot: `(${TEST}|/src/main\\.ts$)` },
      to: { path: '^plugins/' },
    },
    {
      name: 'nats-in-bus-only',
      severity: 'error',
      comment: 'The bus port hides the client.',
      from: { path: '^(services|packages|plugins)/', pathNot: `(^packages/bus/|${TEST})` },
      to: { path: 'node_modules/(nats|@nats-io)/' },
    },
    {
      name: 'typeorm-in-database-and-stores',
      severity: 'error',
      comment: 'Queries live in store/.',
      from: { path: '^(services|packages|plugins)/', pathNot: '(^packages/database/|^services/[^/]+/src/store/)' },
      to: { path: 'node_modules/typeorm/' },
    },
    {
      name: 'declared',
      severity: 'error',
      comment: 'Import only what package.json names.',
      from: { pathNot: TEST },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(/dist/|/gen/|^build/)' },
    enhancedResolveOptions: { conditionNames: ['import', 'node', 'default'], exportsFields: ['exports'] },
    combinedDependencies: true,
  },
};

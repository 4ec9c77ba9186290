import type { RouteName } from '../access/route-policy.ts';
import type { Gateway } from '../gateway.ts';
import { json } from '../http/reply.ts';
import { VERSION } from '../resolvers/index.ts';
import type { Routes } from './routes.ts';

type Names = Extract<RouteName, 'GET /configs' | 'GET /basicAuthValidationErrors' | 'GET /usages/all'>;

/** What clients ask about the installation. */
export function systemRoutes({ config, flows, executions }: Gateway): Routes<Names> {
  return {
    'GET /configs': () =>
      json({
        version: VERSION,
        edition: 'Tutti',
        chartDefaultDuration: 'PT24H',
        isCustomDashboardsEnabled: false,
        isAnonymousUsageEnabled: false,
        isUiAnonymousUsageEnabled: false,
        isTemplateEnabled: false,
        preview: { initial: 100, max: 5_000 },
        systemNamespace: 'system',
        hiddenLabelsPrefixes: ['system.', 'internal.'],
        isAiEnabled: false,
        isBasicAuthInitialized: config.credentials !== undefined,
        isConcurrencyViewEnabled: true,
      }),
    'GET /basicAuthValidationErrors': () => json([]),
    'GET /usages/all': async () => {
      const [flowCount, executionCount] = await Promise.all([flows.count({}), executions.count({})]);
      return json({ version: VERSION, flows: { count: flowCount }, executions: { count: executionCount } });
    },
  };
}

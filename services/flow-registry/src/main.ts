import { loadCatalogue } from '@tutti/plugins';
import { runService } from '@tutti/service-kit';
import { startFlowRegistry } from './index.ts';

await runService({
  name: 'flow-registry',
  start: async (context) => startFlowRegistry({ ...context, catalogue: await loadCatalogue() }),
});

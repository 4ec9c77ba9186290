import { loadCatalogue } from '@tutti/plugins';
import { runService } from '@tutti/service-kit';
import { startExecutor } from './index.ts';

await runService({
  name: 'executor',
  start: async (context) => startExecutor({ ...context, catalogue: await loadCatalogue() }),
});

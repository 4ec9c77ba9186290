import { runService } from '@tutti/service-kit';
import { startTrigger } from './index.ts';

await runService({ name: 'trigger', start: startTrigger });

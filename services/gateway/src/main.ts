import { runService } from '@tutti/service-kit';
import { startGateway } from './index.ts';

await runService({ name: 'gateway', start: startGateway });

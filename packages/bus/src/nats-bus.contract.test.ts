import { silentLogger } from '@tutti/service-kit';
import { inject } from 'vitest';
import { busConformance } from './conformance.ts';
import { connectBus } from './connect-bus.ts';
import { STREAMS } from './stream-table.ts';
import { TestNatsServer } from './testing/nats-server.ts';

/** A stream that is full after a few messages. */
const SMALL = {
  name: 'SMALL',
  subjects: ['small.>'],
  description: 'Full soon.',
  retention: 'limits',
  whenFull: 'refuse',
  maxBytes: 1024 * 1024,
  maxAgeMs: 0,
} as const;

busConformance('nats-server', async () => {
  const server = await TestNatsServer.start(inject('natsServerBinary'));
  return {
    connect: () => connectBus({ url: server.url, name: 'test', log: silentLogger, streams: [...STREAMS, SMALL] }),
    freeze: () => server.freeze(),
    async restart({ emptied }) {
      await server.kill();
      if (emptied) await server.emptyStore();
      await server.up();
    },
    destroy: () => server.destroy(),
  };
});

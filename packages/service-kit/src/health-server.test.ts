import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startHealthServer } from './health-server.ts';
import type { Health, HealthServer } from './health-server.ts';
import { Metrics } from './metrics.ts';

describe('the health server', () => {
  let health: Health;
  let server: HealthServer;
  const options = () => ({
    service: 'executor',
    host: '127.0.0.1',
    port: 0,
    metrics: new Metrics(),
    health: () => health,
  });

  beforeEach(async () => {
    server = await startHealthServer(options());
  });
  afterEach(() => server.close());

  const get = async (path: string) => fetch(`http://127.0.0.1:${server.port}${path}`);

  it.each(['/health', '/ready', '/health?verbose'])(
    'answers %s with 200 only when the service can take work',
    async (path) => {
      health = { ready: false, details: { partitions: 0 } };
      const down = await get(path);
      expect([down.status, await down.json()]).toEqual([503, { service: 'executor', status: 'DOWN', partitions: 0 }]);
      health = { ready: true, details: { partitions: 16 } };
      const up = await get(path);
      expect([up.status, await up.json()]).toEqual([200, { service: 'executor', status: 'UP', partitions: 16 }]);
    },
  );

  it('answers /metrics, and says what there is elsewhere', async () => {
    expect((await get('/metrics')).headers.get('content-type')).toContain('version=0.0.4');
    const elsewhere = await get('/');
    expect([elsewhere.status, await elsewhere.text()]).toEqual([404, 'There are /health, /ready and /metrics.\n']);
  });

  it('says that a port is taken', async () => {
    await expect(startHealthServer({ ...options(), port: server.port })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      hint: expect.stringContaining('another port'),
    });
  });
});

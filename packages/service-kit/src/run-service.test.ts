import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** A service that does what the environment says, as a process of its own. */
const PROGRAM = `
  import { UserError, runService } from '${fileURLToPath(new URL('./index.ts', import.meta.url))}';
  await runService({
    name: 'probe',
    async start({ log }) {
      const { BEHAVIOUR } = process.env;
      if (BEHAVIOUR === 'bad settings') throw new UserError('SETTINGS_INVALID', 'PORT must be a number.');
      if (BEHAVIOUR === 'no server') throw new UserError('BUS_UNREACHABLE', 'Nobody answers.', { hint: 'Start NATS.' });
      if (BEHAVIOUR === 'rejects') setImmediate(() => Promise.reject(new Error('nobody handles this')));
      const keepAlive = setInterval(() => undefined, 1000);
      return {
        announce: { port: 4711 },
        health: () => ({ ready: true }),
        stop: async () => {
          if (BEHAVIOUR === 'hangs') await new Promise(() => undefined);
          clearInterval(keepAlive);
          log.info('drained');
        },
      };
    },
  });
`;

describe('a service process', () => {
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tutti-service-'));
    symlinkSync(fileURLToPath(new URL('../../../node_modules', import.meta.url)), join(folder, 'node_modules'));
    const stdin = { contents: PROGRAM, resolveDir: folder };
    const outfile = join(folder, 'probe.mjs');
    await build({
      stdin,
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      external: ['pino'],
      logLevel: 'error',
    });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = (behaviour: string, env: Record<string, string> = {}) => {
    const child = fork(join(folder, 'probe.mjs'), [], {
      env: { ...process.env, BEHAVIOUR: behaviour, ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    return { child, ready: once(child, 'message'), output: () => output };
  };
  /** Not by "close", which does not come after a disconnect. */
  const exitOf = async (child: ChildProcess): Promise<unknown> => {
    const [[code]] = await Promise.all([once(child, 'exit'), child.stdout && once(child.stdout, 'close')]);
    return code;
  };

  it('tells its parent when it can take work, and where its health is', async () => {
    const { child, ready } = run('well');
    const [message] = (await ready) as [{ healthPort: number }];
    expect(message).toMatchObject({ type: 'ready', service: 'probe', pid: child.pid, announce: { port: 4711 } });
    const answer = await fetch(`http://127.0.0.1:${message.healthPort}/health`);
    expect([answer.status, await answer.json()]).toEqual([200, { service: 'probe', status: 'UP' }]);
    child.kill('SIGTERM');
    expect(await exitOf(child)).toBe(0);
  });

  it.each([
    ['SIGTERM', (child: ChildProcess) => child.kill('SIGTERM')],
    ['SIGINT', (child: ChildProcess) => child.kill('SIGINT')],
    ['a message', (child: ChildProcess) => child.send({ type: 'stop' })],
    ['the end of its parent', (child: ChildProcess) => child.disconnect()],
  ])('drains and exits with 0 on %s', async (_, stop) => {
    const { child, ready, output } = run('well');
    await ready;
    stop(child);
    expect(await exitOf(child)).toBe(0);
    expect(output()).toContain('drained');
  });

  it('cuts a drain that takes too long', async () => {
    const { child, ready } = run('hangs', { TUTTI_DRAIN_TIMEOUT_MS: '50' });
    await ready;
    child.kill('SIGTERM');
    expect(await exitOf(child)).toBe(1);
  });

  it('ends with a logged error when nobody handles one', async () => {
    const { child, output } = run('rejects');
    expect(await exitOf(child)).toBe(70);
    expect(JSON.parse(output().trim().split('\n').at(-1) ?? '')).toMatchObject({
      level: 'fatal',
      err: { message: 'nobody handles this' },
    });
  });

  it('tells bad settings from a start that may succeed later', async () => {
    expect(await exitOf(run('bad settings').child)).toBe(78);
    expect(await exitOf(run('well', { TUTTI_PROBE_HEALTH_PORT: 'x' }).child)).toBe(78);
    const unreachable = run('no server');
    expect(await exitOf(unreachable.child)).toBe(1);
    expect(unreachable.output()).toContain('"hint":"Start NATS."');
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@tutti/service-kit';
import { expect, it } from 'vitest';
import { clearLeftovers, ownFolder } from './leftovers.ts';

it('ends the scripts of a runner that died and deletes its folder, and leaves those of a living one alone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tutti-leftovers-'));
  const runner = spawn('true');
  await once(runner, 'exit');
  await mkdir(join(folder, String(runner.pid), 'attempt'), { recursive: true });
  await mkdir(ownFolder(folder));
  const sleep = (pid: number) => spawn('sleep', ['60'], { env: { ...process.env, TUTTI_RUNNER_PID: String(pid) } });
  const [orphan, mine] = [sleep(runner.pid ?? 0), sleep(process.pid)];
  await Promise.all([once(orphan, 'spawn'), once(mine, 'spawn')]);
  const ended = once(orphan, 'exit');

  await clearLeftovers(folder, silentLogger);

  expect((await ended)[1]).toBe('SIGKILL');
  expect([existsSync(join(folder, String(runner.pid))), existsSync(ownFolder(folder)), mine.exitCode]).toEqual([false, true, null]); // prettier-ignore
  mine.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

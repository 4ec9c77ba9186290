import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, repositoryRoot } from '@tutti/cli';
import { median, type BenchRow } from '../row.ts';
import { Session } from '../session.ts';

const ROUNDS = 3;
const run = promisify(execFile);

/** Row 11: an empty data folder to the first result, and a second start. */
export async function startRows(): Promise<BenchRow[]> {
  const cold: number[] = [];
  const warm: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const first = await Session.start();
    cold.push(first.firstResultMs / 1000);
    const folder = await first.stop(true);
    const second = await Session.start(folder);
    warm.push(second.firstResultMs / 1000);
    await second.stop();
  }
  return [
    { id: '11', name: 'cold start to first result', unit: 's', better: 'lower', ours: median(cold), gate: 8, goal: 3, moonshot: 2 },
    { id: '11b', name: 'second start to first result', unit: 's', better: 'lower', ours: median(warm), gate: 4, goal: 2, moonshot: 1 },
  ]; // prettier-ignore
}

/** Row 15: a fresh clone, `npm start`, and the first result of its example. */
export async function cloneRows(): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tutti-clone-'));
  const beganMs = performance.now();
  await run('git', ['clone', '--quiet', repositoryRoot(), join(folder, 'tutti')]);
  const args = ['start', '--', '--port', String(await freePort()), '--data', join(folder, 'data')];
  const started = spawn('npm', args, {
    cwd: join(folder, 'tutti'),
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  let seen = '';
  await new Promise<void>((resolve, reject) => {
    started.stdout.setEncoding('utf8').on('data', (text: string) => {
      seen += text;
      if (/\bSUCCESS\b/.test(seen)) resolve();
    });
    started.on('exit', (code) => reject(new Error(`npm start ended with ${code}:\n${seen}`)));
  });
  const seconds = (performance.now() - beganMs) / 1000;
  started.removeAllListeners('exit');
  process.kill(-started.pid!, 'SIGINT');
  await new Promise((resolve) => started.on('exit', resolve));
  await rm(folder, { recursive: true, force: true });
  return [
    {
      id: '15',
      name: 'fresh clone to first result',
      unit: 's',
      better: 'lower',
      ours: seconds,
      gate: 180,
      goal: 60,
      moonshot: 30,
    },
  ];
}

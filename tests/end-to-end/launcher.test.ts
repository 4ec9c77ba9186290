import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '@tutti/cli';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** How long leftovers may take to notice that their launcher is gone; nothing tells of their end. */
const PATIENCE = { timeout: 30_000, interval: 100 };

/** `tutti up` in a process of its own, as a user starts it. */
class Launcher {
  readonly process: ChildProcess;
  output = '';
  readonly #exit: Promise<unknown[]>;

  constructor(dataFolder: string, ...options: string[]) {
    const program = join(repositoryRoot(), 'apps', 'cli', 'bin', 'tutti.mjs');
    this.process = spawn(process.execPath, [program, 'up', '--no-example', '--data', dataFolder, ...options]);
    this.#exit = once(this.process, 'exit');
    this.process.stdout?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.process.stderr?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
  }

  /** Resolves with the first match in its output. */
  async says(pattern: RegExp): Promise<RegExpMatchArray> {
    for (;;) {
      const found = this.output.match(pattern);
      if (found) return found;
      if (this.process.exitCode !== null) throw new Error(`it ended without saying ${pattern}:\n${this.output}`);
      await Promise.race([once(this.process.stdout!, 'data'), this.#exit]);
    }
  }

  async exitCode(): Promise<unknown> {
    return (await this.#exit)[0];
  }

  /** Process ids of the services and servers it runs, by what their command line holds. */
  children(): { readonly pid: number; readonly command: string }[] {
    const { pid } = this.process;
    const pids = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
    return pids.map((child) => ({ pid: child, command: readFileSync(`/proc/${child}/cmdline`, 'utf8') }));
  }
}

describe.skipIf(process.platform !== 'linux')('tutti up', () => {
  let dataFolder: string;
  let launchers: Launcher[];

  beforeEach(() => {
    dataFolder = mkdtempSync(join(tmpdir(), 'tutti-launcher-'));
    launchers = [];
  });
  afterEach(async () => {
    for (const { process: running } of launchers)
      if (running.exitCode === null && running.signalCode === null) {
        running.kill('SIGTERM');
        await once(running, 'exit');
      }
    rmSync(dataFolder, { recursive: true, force: true });
  });

  const start = (...options: string[]): Launcher => {
    const launcher = new Launcher(dataFolder, ...options);
    launchers.push(launcher);
    return launcher;
  };
  const urlOf = async (launcher: Launcher): Promise<string> => (await launcher.says(/is ready at (\S+)/))[1] ?? '';

  it('starts all, brings back what dies, refuses a second one, and stops clean', async () => {
    const launcher = start('--port', '0');
    const url = await urlOf(launcher);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    const children = launcher.children();
    expect(children.length).toBe(7);

    const onTheSameFolder = start('--port', '0');
    expect(await onTheSameFolder.exitCode()).toBe(1);
    expect(onTheSameFolder.output).toMatch(new RegExp(`process ${launcher.process.pid}, ${url}.*--data`, 's'));
    const onTheSamePort = new Launcher(`${dataFolder}-other`, '--port', new URL(url).port);
    expect(await onTheSamePort.exitCode()).toBe(1);
    expect(onTheSamePort.output).toMatch(/is taken.*--port/s);

    const executor = children.find(({ command }) => command.includes('executor.js'));
    process.kill(executor?.pid ?? 0, 'SIGKILL');
    await launcher.says(/executor ended with SIGKILL; starts again in/);
    await launcher.says(/executor is back/);
    await expect.poll(async () => (await fetch(`${url}/health`)).status, PATIENCE).toBe(200);

    const running = launcher.children();
    launcher.process.kill('SIGINT');
    expect(await launcher.exitCode()).toBe(0);
    expect(launcher.output.trimEnd()).toMatch(/stopped$/);
    expect(running.filter(({ pid }) => isAlive(pid))).toEqual([]);
  });

  it('leaves nothing running when it is killed, and starts again on the same data', async () => {
    const launcher = start('--port', '0');
    await urlOf(launcher);
    const children = launcher.children();
    launcher.process.kill('SIGKILL');
    await expect.poll(() => children.filter(({ pid }) => isAlive(pid)), PATIENCE).toEqual([]);

    const again = start('--port', '0');
    expect((await fetch(`${await urlOf(again)}/health`)).status).toBe(200);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** A real nats-server for one test file, which it may kill, restart and empty. */
export class TestNatsServer {
  readonly url: string;
  readonly #binary: string;
  readonly #port: number;
  readonly #folder: string;
  #process: ChildProcess | undefined;

  private constructor(binary: string, port: number, folder: string) {
    this.#binary = binary;
    this.#port = port;
    this.#folder = folder;
    this.url = `nats://127.0.0.1:${port}`;
  }

  /** Starts one on a free port with a store of its own. */
  static async start(binary: string): Promise<TestNatsServer> {
    const folder = await mkdtemp(join(tmpdir(), 'tutti-nats-'));
    const server = new TestNatsServer(binary, await freePort(), folder);
    await server.up();
    return server;
  }

  async up(): Promise<void> {
    const args = ['-js', '-a', '127.0.0.1', '-p', String(this.#port), '-sd', this.#folder];
    const server = spawnBound(this.#binary, args);
    this.#process = server;
    while (!(await accepts(this.#port))) {
      if (server.exitCode !== null) throw new Error(`nats-server ended with ${server.exitCode}`);
      await setTimeout(10);
    }
  }

  /** Kills it as a crash would. */
  async kill(): Promise<void> {
    const server = this.#process;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    server.kill('SIGKILL');
    await once(server, 'exit');
  }

  /** Takes what it is sent and answers nothing until it is killed, as a server that is about to go. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  /** Throws the whole store away. */
  async emptyStore(): Promise<void> {
    await rm(join(this.#folder, 'jetstream'), { recursive: true, force: true });
  }

  /** Ends it and leaves nothing behind. */
  async destroy(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** A child that dies with us, also when the test runner kills us: where there is `setpriv`, the kernel sees to it. */
function spawnBound(binary: string, args: readonly string[]): ChildProcess {
  const bound = process.platform === 'linux' && existsSync('/usr/bin/setpriv');
  const command = bound ? ['/usr/bin/setpriv', '--pdeathsig=KILL', binary] : [binary];
  const [program = binary, ...rest] = [...command, ...args];
  return spawn(program, rest, { stdio: 'ignore' });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { UserError } from '@tutti/service-kit';
import type { DataFolder } from './data-folder.ts';
import { freePort } from './free-port.ts';
import { commandMentions, endLeftover, isAlive } from './process-identity.ts';
import { diesWithUs } from './run-as.ts';
import { ServerProcess } from './server-process.ts';

/** A running nats-server with JetStream. */
export interface NatsServer {
  readonly port: number;
  readonly process: ServerProcess;
  stop(): Promise<void>;
  /** Stops it, throws its store away and starts it: what a lost disk would look like. */
  restartEmptied(): Promise<void>;
}

/** What a start needs. */
export interface NatsOptions {
  readonly folder: DataFolder;
  readonly binary: string;
  readonly token: string;
  /** Told when the server ends unasked. */
  readonly tell: (sentence: string) => void;
}

const LEFTOVER_PATIENCE_MS = 5_000;
/** Room for all streams together; each has a limit of its own below. */
const MAX_STORE = '8GB';

/** Starts NATS on loopback with its store in the data folder. Only features of nats-server 2.9 are configured. */
export async function startNats({ folder, binary, token, tell }: NatsOptions): Promise<NatsServer> {
  await endLeftoverServer(folder);
  const port = await freePort(folder.ports.nats);
  folder.ports = { nats: port };
  const configuration = folder.at('run', 'nats.conf');
  mkdirSync(folder.at('nats'), { recursive: true });
  writeFileSync(configuration, configurationText(folder, port, token), { mode: 0o600 });
  const server = new ServerProcess({
    name: 'nats',
    logFile: folder.at('logs', 'nats.log'),
    spawn: () => {
      const [command, args] = diesWithUs(binary, ['-c', configuration]);
      return spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    },
    readyText: 'Server is ready',
    stopSignal: 'SIGTERM',
    explain: explainFailure,
    tell,
  });
  await server.start();
  return {
    port,
    process: server,
    stop: () => server.stop(),
    async restartEmptied() {
      await server.stop();
      rmSync(folder.at('nats'), { recursive: true, force: true });
      await server.start();
    },
  };
}

function configurationText(folder: DataFolder, port: number, token: string): string {
  return [
    `listen: "127.0.0.1:${port}"`,
    `pid_file: ${JSON.stringify(folder.at('run', 'nats.pid'))}`,
    `authorization { token: ${JSON.stringify(token)} }`,
    `jetstream { store_dir: ${JSON.stringify(folder.at('nats'))}, max_file_store: ${MAX_STORE}, max_memory_store: 64MB }`,
    '',
  ].join('\n');
}

/** A server that a killed Tutti left on this store is ended before a new one starts. */
async function endLeftoverServer(folder: DataFolder): Promise<void> {
  const file = folder.at('run', 'nats.pid');
  if (!existsSync(file)) return;
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
  if (pid > 0 && isAlive(pid) && commandMentions(pid, folder.at('run', 'nats.conf')))
    await endLeftover(pid, 'SIGTERM', LEFTOVER_PATIENCE_MS);
}

function explainFailure(output: string): UserError {
  const fatal = output.split('\n').findLast((line) => /\[(FTL|ERR)\]|nats-server:/.test(line));
  return new UserError(
    'NATS_FAILED',
    `NATS does not start: ${fatal?.replace(/^.*\] /, '') ?? (output.trim() || 'no output')}`,
    {
      hint: 'The whole output is in logs/nats.log of the data folder; or set TUTTI_NATS_URL to a server of your own.',
    },
  );
}

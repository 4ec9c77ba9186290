import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@tutti/service-kit';
import type { DataFolder } from './data-folder.ts';
import { freePort } from './free-port.ts';
import { findPostgresBinaries } from './postgres-binaries.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { commandMentions, endLeftover, isAlive } from './process-identity.ts';
import { chooseRunAs } from './run-as.ts';
import type { RunAs } from './run-as.ts';
import { ServerProcess } from './server-process.ts';

/** A running embedded PostgreSQL. */
export interface PostgresServer {
  readonly port: number;
  /** Folder of its Unix socket. */
  readonly socketFolder: string;
  readonly process: ServerProcess;
  stop(): Promise<void>;
}

/** What a start needs. */
export interface PostgresOptions {
  readonly folder: DataFolder;
  readonly password: string;
  /** Told of slow steps, and when the server ends unasked. */
  readonly tell: (sentence: string) => void;
}

/** Name of the superuser and of the database of the services. */
export const POSTGRES_NAME = 'tutti';

/** Longest path of a Unix socket, bytes. */
const LONGEST_SOCKET_PATH = 107;
const LEFTOVER_PATIENCE_MS = 10_000;

/** What differs from PostgreSQL's defaults. Durability is as shipped: commits wait for the disk. */
const CONFIGURATION = {
  max_connections: '200',
  shared_buffers: '128MB',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  log_line_prefix: '%m [%p] ',
};

/** Starts PostgreSQL on the data folder, making its files at the first time. */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const { folder } = options;
  const data = folder.at('postgres');
  const binaries = findPostgresBinaries(folder.at('run', 'postgres-lib'));
  const runAs = chooseRunAs(
    { path: binaries.postgres, env: binaries.env },
    folder.path,
    existsSync(data) ? data : undefined,
  );
  if (!existsSync(data)) initialise(options, binaries, runAs, data);
  await endLeftoverServer(data);

  const port = await freePort(folder.ports.postgres);
  folder.ports = { postgres: port };
  const socketFolder = makeSocketFolder(folder, runAs);
  const server = new ServerProcess({
    name: 'postgres',
    logFile: folder.at('logs', 'postgres.log'),
    spawn: () => spawnServer(binaries, runAs, data, socketFolder, port),
    readyText: 'database system is ready to accept connections',
    stopSignal: 'SIGINT', // "fast": ends sessions, writes a checkpoint
    explain: explainFailure,
    tell: options.tell,
  });
  await server.start();
  return {
    port,
    socketFolder,
    process: server,
    async stop() {
      await server.stop();
      if (!socketFolder.startsWith(folder.path)) rmSync(socketFolder, { recursive: true, force: true });
    },
  };
}

function spawnServer(
  binaries: PostgresBinaries,
  runAs: RunAs,
  data: string,
  socketFolder: string,
  port: number,
): ChildProcess {
  const settings = { ...CONFIGURATION, listen_addresses: '127.0.0.1', port, unix_socket_directories: socketFolder };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const [command, args] = runAs.command(binaries.postgres, ['-D', data, ...flags]);
  return spawn(command, args, {
    env: { ...process.env, ...binaries.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a Ctrl-C of the terminal must not reach it before the services are done
  });
}

/** Makes the files beside their place and moves them there, so that a crash leaves nothing half made. */
function initialise(options: PostgresOptions, binaries: PostgresBinaries, runAs: RunAs, data: string): void {
  options.tell('making the database files …');
  const making = `${data}.new`;
  const passwordFile = options.folder.at('run', 'postgres-password');
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { mode: 0o700 });
  writeFileSync(passwordFile, options.password, { mode: 0o600 });
  runAs.own(making);
  runAs.own(passwordFile);
  const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--lc-collate=C', '--lc-ctype=C'];
  const flags = ['-D', making, '-U', POSTGRES_NAME, '-E', 'UTF8', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  const [command, args] = runAs.command(binaries.initdb, [...flags, ...locale, '--no-instructions']);
  const result = spawnSync(command, args, { env: { ...process.env, ...binaries.env }, encoding: 'utf8' });
  rmSync(passwordFile);
  if (result.status !== 0) throw explainFailure(`${result.stdout ?? ''}${result.stderr ?? result.error?.message}`);
  renameSync(making, data);
}

/** A server that a killed Tutti left on these files is ended before a new one starts. */
async function endLeftoverServer(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
  if (pid > 0 && isAlive(pid) && commandMentions(pid, data)) await endLeftover(pid, 'SIGINT', LEFTOVER_PATIENCE_MS);
}

function makeSocketFolder(folder: DataFolder, runAs: RunAs): string {
  const wished = folder.at('run', 'postgres');
  const fits = Buffer.byteLength(join(wished, '.s.PGSQL.65535')) <= LONGEST_SOCKET_PATH;
  const path = fits ? wished : mkdtempSync(join(tmpdir(), 'tutti-'));
  mkdirSync(path, { recursive: true, mode: 0o700 });
  runAs.own(path);
  return path;
}

function explainFailure(output: string): UserError {
  const lines = output.trim().split('\n');
  const reason = lines.findLast((line) => /FATAL|PANIC|error:/i.test(line)) ?? lines.at(-1) ?? 'it said nothing';
  return new UserError(
    'POSTGRES_FAILED',
    `PostgreSQL does not start: ${reason.replace(/^.*?(FATAL|PANIC|error): +/i, '')}`,
    {
      hint: /no space/i.test(output)
        ? 'The disk is full: make room, or choose another data folder with --data.'
        : 'The whole output is in logs/postgres.log of the data folder; or set TUTTI_DATABASE_URL to a server of your own.',
    },
  );
}

import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UserError } from '@tutti/service-kit';
import { isSameProcess, processStart } from './process-identity.ts';

/** Passwords and tokens that Tutti made for itself; in a file that only its owner can read. */
export interface Secrets {
  readonly postgresPassword: string;
  readonly natsToken: string;
  /** Login for users' own data, which their flows may know. */
  readonly dataPassword: string;
  /** Password of each service's database login. */
  readonly logins: Readonly<Record<string, string>>;
}

/** Ports that were used last, so that addresses stay the same from start to start. */
export interface Ports {
  readonly postgres?: number;
  readonly nats?: number;
}

interface Lock {
  readonly pid: number;
  /** When that process started, so that a pid used again is not mistaken for it. */
  readonly start: string;
  readonly url?: string;
}

/** The one folder under which everything lies that Tutti downloads or writes. */
export class DataFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /**
   * Takes the folder for this process, making it if need be.
   * @throws {UserError} DATA_FOLDER_IN_USE, DATA_FOLDER_UNUSABLE.
   */
  static take(path: string): DataFolder {
    const folder = new DataFolder(resolve(path));
    try {
      mkdirSync(folder.path, { recursive: true });
      for (const name of ['run', 'logs', 'storage']) mkdirSync(folder.at(name), { recursive: true });
    } catch (cause) {
      throw unusable(folder.path, cause);
    }
    folder.#lock();
    return folder;
  }

  /** A path inside. */
  at(...names: string[]): string {
    return join(this.path, ...names);
  }

  /** Tells whoever finds the folder taken where its Tutti answers. */
  announce(url: string): void {
    this.#writeLock({ pid: process.pid, start: processStart(process.pid) ?? '', url });
  }

  release(): void {
    rmSync(this.at('lock'), { force: true });
  }

  /**
   * The secrets of this folder; made at the first call.
   * @throws {UserError} SECRETS_MISSING when there is a database, but no file with its passwords.
   */
  secrets(loginNames: readonly string[]): Secrets {
    const stored = this.#readJson<Partial<Secrets>>('secrets.json');
    if (!stored && existsSync(this.at('postgres'))) throw secretsMissing(this.path);
    const known = stored ?? {};
    const secrets: Secrets = {
      postgresPassword: known.postgresPassword ?? newSecret(),
      natsToken: known.natsToken ?? newSecret(),
      dataPassword: known.dataPassword ?? newSecret(),
      logins: Object.fromEntries(loginNames.map((name) => [name, known.logins?.[name] ?? newSecret()])),
    };
    this.writeJson('secrets.json', secrets);
    return secrets;
  }

  get ports(): Ports {
    return this.#readJson<Ports>('run/ports.json') ?? {};
  }

  set ports(ports: Ports) {
    this.writeJson('run/ports.json', { ...this.ports, ...ports });
  }

  /** Writes a file that only the owner can read, whole or not at all. */
  writeJson(name: string, value: unknown): void {
    const file = this.at(name);
    try {
      writeFileSync(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
      chmodSync(`${file}.new`, 0o600);
      renameSync(`${file}.new`, file);
    } catch (cause) {
      throw unusable(this.path, cause);
    }
  }

  #readJson<T>(name: string): T | undefined {
    const file = this.at(name);
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined;
  }

  #lock(): void {
    const mine = { pid: process.pid, start: processStart(process.pid) ?? '' };
    try {
      writeFileSync(this.at('lock'), JSON.stringify(mine), { flag: 'wx', mode: 0o644 });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw unusable(this.path, error);
      const holder = this.#readLock();
      if (holder && isSameProcess(holder.pid, holder.start)) throw inUse(this.path, holder);
      this.#writeLock(mine);
    }
  }

  /** A lock that a crash left half written counts as nobody's. */
  #readLock(): Lock | undefined {
    try {
      return this.#readJson<Lock>('lock');
    } catch {
      return undefined;
    }
  }

  #writeLock(lock: Lock): void {
    writeFileSync(this.at('lock'), JSON.stringify(lock));
  }
}

function newSecret(): string {
  return randomBytes(24).toString('base64url');
}

function inUse(path: string, { pid, url }: Lock): UserError {
  return new UserError(
    'DATA_FOLDER_IN_USE',
    `A Tutti uses the data folder ${path} already (process ${pid}${url ? `, ${url}` : ''}).`,
    { hint: 'Stop it first, or start this one with --data FOLDER (and --port N).' },
  );
}

function secretsMissing(path: string): UserError {
  return new UserError(
    'SECRETS_MISSING',
    `There is a database in ${path}, but secrets.json with its passwords is gone.`,
    {
      hint: 'Put the file back from a backup, or start with another data folder (--data).',
    },
  );
}

function unusable(path: string, cause: unknown): UserError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new UserError('DATA_FOLDER_UNUSABLE', `The data folder ${path} cannot be used: ${reason}`, {
    hint: 'Choose another with --data FOLDER or TUTTI_HOME.',
    cause,
  });
}

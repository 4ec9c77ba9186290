import { spawnSync } from 'node:child_process';
import { chownSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { UserError } from '@tutti/service-kit';

/** The user and group "nobody", which every Linux has. */
const NOBODY = 65_534;

/** What is to be run, and what it needs in its environment. */
export interface Program {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A way to start PostgreSQL, which refuses to run as root. */
export interface RunAs {
  /** The command that runs a program that way; it becomes the program, so pid and signals are the program's. */
  command(program: string, args: readonly string[]): readonly [string, readonly string[]];
  /** Makes a folder or file that program's own. */
  own(path: string): void;
}

/**
 * How to run programs on this data: as we are. But when we are root: as nobody, or, where nobody cannot reach the files, as
 * a user of a namespace of its own; likewise when we are a user without a name, as in some containers. The choice of the
 * first start holds, because the files belong to somebody from then on.
 * @throws {UserError} POSTGRES_AS_ROOT when neither works.
 */
export function chooseRunAs(program: Program, folder: string, existing: string | undefined): RunAs {
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && hasName()) return { command: withParent([]), own: () => undefined };
  if (isRoot && (existing ? statSync(existing).uid === NOBODY : works(AS_NOBODY, program, folder))) return asNobody;
  if (works(IN_NAMESPACE, program, folder)) return { command: withParent(IN_NAMESPACE), own: () => undefined };
  throw new UserError('POSTGRES_AS_ROOT', 'PostgreSQL cannot run as this user, and cannot be started as another.', {
    hint: isRoot
      ? 'Start Tutti as an ordinary user, or put the clone and the data folder where everybody may read (chmod o+rx).'
      : 'This user has no entry in the list of users: give it one, or set TUTTI_DATABASE_URL to a server of your own.',
  });
}

const AS_NOBODY = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];
/** Inside we are nobody, outside we stay who we are, so the files are reached and stay ours. */
const IN_NAMESPACE = ['unshare', '--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`];

function hasName(): boolean {
  try {
    return userInfo().username !== '';
  } catch {
    return false;
  }
}

const asNobody: RunAs = { command: withParent(AS_NOBODY), own: (path) => chownSync(path, NOBODY, NOBODY) };

/** Prefixes a command; on Linux with a wish to be told when we die, even by SIGKILL. */
function withParent(prefix: readonly string[]): RunAs['command'] {
  return (program, args) => {
    const words = hasSetpriv() ? [...prefix, 'setpriv', '--pdeathsig=INT'] : prefix;
    const [command = program, ...rest] = [...words, program, ...args];
    return [command, rest];
  };
}

let setprivFound: boolean | undefined;

/** Wraps a command so that the program gets SIGINT when this process dies, where the system can do that. */
export const diesWithUs = withParent([]);

function hasSetpriv(): boolean {
  setprivFound ??= process.platform === 'linux' && spawnSync('setpriv', ['--pdeathsig=INT', 'true']).status === 0;
  return setprivFound;
}

function works(prefix: readonly string[], { path, env }: Program, folder: string): boolean {
  const [command, ...args] = [...prefix, 'sh', '-c', 'cd "$1" && "$0" --version', path, folder];
  return spawnSync(command ?? 'sh', args, { env: { ...process.env, ...env }, stdio: 'ignore' }).status === 0;
}

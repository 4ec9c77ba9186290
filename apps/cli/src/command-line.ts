import { parseArgs } from 'node:util';
import type { Version } from '@tutti/flow-model';
import { UserError } from '@tutti/service-kit';

/** What `tutti` was asked to do. */
export type Command =
  | { readonly name: 'help' }
  | { readonly name: 'version' }
  | { readonly name: 'up'; readonly options: UpOptions }
  | { readonly name: 'validate'; readonly files: readonly string[] }
  | { readonly name: 'migrate'; readonly files: readonly string[]; readonly to: Version; readonly write: boolean };

/** Options of `tutti up`. */
export interface UpOptions {
  readonly port: number | undefined;
  readonly host: string | undefined;
  readonly dataFolder: string | undefined;
  readonly example: boolean;
  readonly verbose: boolean;
}

export const HELP = `tutti: run flows and watch them live.

  tutti up       [--port N] [--host ADDRESS] [--data FOLDER] [--no-example] [--verbose]
  tutti validate FILE...
  tutti migrate  FILE... --to 1.x|2.0 [--write]

up: starts PostgreSQL, NATS and the five services, runs the example, and stays up until Ctrl-C.

  --port N        port of API and UI (8080; 0 picks a free one)
  --host ADDRESS  address of API and UI (127.0.0.1)
  --data FOLDER   where everything is kept (.tutti in the clone, or TUTTI_HOME)
  --no-example    do not run the example
  --verbose       show every log line, not only warnings

TUTTI_DATABASE_URL and TUTTI_NATS_URL name servers of your own.

validate: checks flows as saving would, and prints every fault at its line and column. Exit code 1 when there is an error.

migrate: rewrites flows in the words of Kestra 1.x or 2.0 and prints them; says at each line what it changed, and what is
left to do by hand (exit code 1).

  --to VERSION    1.x or 2.0
  --write         write into the files instead of printing
`;

const VERSIONS: readonly Version[] = ['1.x', '2.0'];

/** Options that only one command has; any other command refuses them. */
const OPTIONS_OF: Readonly<Record<'up' | 'validate' | 'migrate', readonly string[]>> = {
  up: ['port', 'host', 'data', 'no-example', 'verbose'],
  validate: [],
  migrate: ['to', 'write'],
};

/**
 * Reads the arguments.
 * @throws {UserError} USAGE with what is wrong.
 */
export function parseCommandLine(args: readonly string[]): Command {
  const { values, positionals } = parse(args);
  if (values.help || positionals[0] === 'help') return { name: 'help' };
  if (values.version) return { name: 'version' };
  const [name = 'up', ...rest] = positionals;
  if (!isCommand(name)) throw usage(`There is no command "${positionals.join(' ')}".`);
  const alien = Object.keys(values).find((option) => !OPTIONS_OF[name].includes(option));
  if (alien !== undefined) throw usage(`"tutti ${name}" has no option --${alien}.`);
  switch (name) {
    case 'up':
      if (rest.length > 0) throw usage(`There is no command "${positionals.join(' ')}".`);
      return { name, options: upOptions(values) };
    case 'validate':
      return { name, files: filesOf(name, rest) };
    case 'migrate':
      return { name, files: filesOf(name, rest), to: versionOf(values.to), write: values.write ?? false };
    default:
      return name satisfies never;
  }
}

const isCommand = (name: string): name is keyof typeof OPTIONS_OF => Object.hasOwn(OPTIONS_OF, name);

function upOptions(values: ReturnType<typeof parse>['values']): UpOptions {
  return {
    port: values.port === undefined ? undefined : portOf(values.port),
    host: values.host,
    dataFolder: values.data,
    example: !values['no-example'],
    verbose: values.verbose ?? false,
  };
}

function filesOf(command: string, files: readonly string[]): readonly string[] {
  if (files.length === 0) throw usage(`"tutti ${command}" needs at least one file.`);
  return files;
}

function versionOf(text = ''): Version {
  const version = VERSIONS.find((known) => known === text);
  if (version) return version;
  throw usage(`--to must be ${VERSIONS.join(' or ')}${text && `, not "${text}"`}.`);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        data: { type: 'string' },
        'no-example': { type: 'boolean' },
        verbose: { type: 'boolean' },
        to: { type: 'string' },
        write: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw usage(error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error));
  }
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw usage(`--port must be a number from 0 to 65535, not "${text}".`);
}

function usage(message: string): UserError {
  return new UserError('USAGE', message, { hint: 'See "npm start -- --help".' });
}

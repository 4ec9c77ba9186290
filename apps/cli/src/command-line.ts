import { parseArgs } from 'node:util';
import { UserError } from '@tutti/service-kit';

/** What `tutti` was asked to do. */
export type Command =
  { readonly name: 'help' } | { readonly name: 'version' } | { readonly name: 'up'; readonly options: UpOptions };

/** Options of `tutti up`. */
export interface UpOptions {
  readonly port: number | undefined;
  readonly host: string | undefined;
  readonly dataFolder: string | undefined;
  readonly example: boolean;
  readonly verbose: boolean;
}

export const HELP = `tutti: run flows and watch them live.

  tutti up [--port N] [--host ADDRESS] [--data FOLDER] [--no-example] [--verbose]

Starts PostgreSQL, NATS and the five services, runs the example, and stays up until Ctrl-C.

  --port N        port of API and UI (8080; 0 picks a free one)
  --host ADDRESS  address of API and UI (127.0.0.1)
  --data FOLDER   where everything is kept (.tutti in the clone, or TUTTI_HOME)
  --no-example    do not run the example
  --verbose       show every log line, not only warnings

TUTTI_DATABASE_URL and TUTTI_NATS_URL name servers of your own.
`;

/**
 * Reads the arguments.
 * @throws {UserError} USAGE with what is wrong.
 */
export function parseCommandLine(args: readonly string[]): Command {
  const { values, positionals } = parse(args);
  if (values.help || positionals[0] === 'help') return { name: 'help' };
  if (values.version) return { name: 'version' };
  const [name = 'up', ...rest] = positionals;
  if (name !== 'up' || rest.length > 0) throw usage(`There is no command "${positionals.join(' ')}".`);
  return {
    name: 'up',
    options: {
      port: values.port === undefined ? undefined : portOf(values.port),
      host: values.host,
      dataFolder: values.data,
      example: !values['no-example'],
      verbose: values.verbose ?? false,
    },
  };
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

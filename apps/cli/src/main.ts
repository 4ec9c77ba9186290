import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HELP, parseCommandLine } from './command-line.ts';
import { repositoryRoot } from './repository-root.ts';
import { describe, up } from './up.ts';

// Not by `exitCode`: the pause before the restart of a service must not keep a stopped Tutti.
process.exit(
  await main().catch((error: unknown) => {
    console.error(`\n${describe(error)}`);
    return 1;
  }),
);

async function main(): Promise<number> {
  const command = parseCommandLine(process.argv.slice(2));
  switch (command.name) {
    case 'help':
      process.stdout.write(HELP);
      return 0;
    case 'version':
      process.stdout.write(
        `${(JSON.parse(readFileSync(join(repositoryRoot(), 'package.json'), 'utf8')) as { version: string }).version}\n`,
      );
      return 0;
    case 'up':
      return up(command.options);
    case 'validate': {
      const { checkFlowFiles } = await import('./flow-files/check-flow-files.ts');
      return checkFlowFiles(command.files, { catalogue: await installedTypes(), print: console.log });
    }
    case 'migrate': {
      const { migrateFlowFiles } = await import('./flow-files/migrate-flow-files.ts');
      const emit = (source: string): boolean => process.stdout.write(source);
      return migrateFlowFiles(command.files, command, {
        catalogue: await installedTypes(),
        print: console.error,
        emit,
      });
    }
    default:
      return command satisfies never;
  }
}

/** Loaded only when asked for: `up` leaves the plugins to its services. */
async function installedTypes() {
  return (await import('@tutti/plugins')).loadCatalogue();
}

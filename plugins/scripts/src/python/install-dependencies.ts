import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TaskError } from '@tutti/plugin-sdk';
import type { RunContext } from '@tutti/plugin-sdk';
import { runProcess } from '../process/run-process.ts';
import { findProgram } from '../support-folder.ts';

/** Which packages, and how. */
export interface Dependencies {
  readonly dependencies?: readonly string[] | undefined;
  readonly dependencyCacheEnabled: boolean;
  readonly packageManager: 'UV' | 'PIP';
}

/**
 * A folder with the packages, for PYTHONPATH; the same one for the same packages as long as the machine keeps it.
 * @throws {TaskError} DEPENDENCIES_FAILED when they cannot be installed.
 */
export async function installDependencies(context: RunContext, options: Dependencies): Promise<string | undefined> {
  const packages = (options.dependencies ?? []).filter((name) => name.trim() !== '');
  if (packages.length === 0) return undefined;
  const python = findProgram('python3') ?? findProgram('python') ?? 'python3';
  const key = createHash('sha256').update(JSON.stringify([python, [...packages].sort()])).digest('hex').slice(0, 16); // prettier-ignore
  const cache = join(tmpdir(), `tutti-python-packages-${process.getuid?.() ?? 0}`);
  const folder = join(cache, key);
  if (options.dependencyCacheEnabled && (await exists(folder))) return folder;
  await mkdir(cache, { recursive: true, mode: 0o700 });
  const aside = await mkdtemp(join(cache, `${key}-`));
  await install(context, installer(options, python, aside, packages));
  if (!options.dependencyCacheEnabled) return aside;
  await rename(aside, folder).catch(() => rm(aside, { recursive: true, force: true }));
  return folder;
}

function installer({ packageManager }: Dependencies, python: string, target: string, packages: readonly string[]) {
  const uv = packageManager === 'UV' ? findProgram('uv') : undefined;
  const pip = uv === undefined ? [python, '-m', 'pip'] : [uv, 'pip'];
  return [...pip, 'install', '--quiet', '--target', target, ...packages];
}

async function install(context: RunContext, command: readonly string[]): Promise<void> {
  const said: string[] = [];
  const { exitCode } = await runProcess({
    command,
    cwd: await context.workingDirectory(),
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TUTTI_'))) as Record<string, string>, // prettier-ignore
    signal: context.signal,
    mark: { name: 'TUTTI_ATTEMPT_ID', value: context.taskRun.attemptId },
    room: () => undefined,
    take: (line) => void (said.push(line) > 20 && said.shift()),
  });
  for (const line of said) context.log.debug(line);
  if (exitCode !== 0)
    throw new TaskError('DEPENDENCIES_FAILED', `The packages could not be installed: ${said.slice(-3).join(' ')}`, {
      hint: 'Is the package index reachable from the runner, and pip installed there?',
    });
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

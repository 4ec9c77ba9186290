import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { findProgram, runProcess } from '@tutti/plugin-scripts';
import { TaskError } from '@tutti/plugin-sdk';
import type { RunContext } from '@tutti/plugin-sdk';
import { parseAddress } from './address.ts';
import { gitEnvironment } from './git-environment.ts';
import { explainGit } from './explain-git.ts';
import type { RemoteProperties } from './git-properties.ts';

/** Git on this machine, able to reach one repository. */
export interface Git {
  /** The address without credentials. */
  readonly url: string;
  /**
   * Runs a command of git in a folder; the lines it prints to its standard output.
   * @throws {TaskError} GIT_FAILED, GIT_ACCESS_REFUSED, GIT_NOT_FOUND, GIT_FOLDER_NOT_EMPTY.
   */
  run(cwd: string, args: readonly string[]): Promise<string[]>;
}

/**
 * Hands out git for one repository; what it needed on the disk is deleted afterwards.
 * @throws {TaskError} GIT_MISSING, GIT_KEY_INVALID, and what `use` throws.
 */
export async function withGit<T>(
  context: RunContext,
  properties: RemoteProperties,
  use: (git: Git) => Promise<T>,
): Promise<T> {
  const program = findProgram('git');
  if (program === undefined)
    throw new TaskError('GIT_MISSING', 'There is no git on this runner.', {
      retryable: false,
      hint: 'Install git where the task-runner runs.',
    });
  const address = parseAddress(properties.url);
  for (const secret of [properties.password, properties.passphrase, properties.privateKey, address.password])
    if (secret !== undefined && secret !== '') context.mask(secret);
  const secrets = join(await context.outputDirectory(), '.tutti-git');
  try {
    const env = await gitEnvironment(properties, address, secrets);
    return await use({ url: address.url, run: (cwd, args) => run(context, { program, cwd, args, env }) });
  } finally {
    await rm(secrets, { recursive: true, force: true });
  }
}

interface GitCommand {
  readonly program: string;
  readonly cwd: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

async function run(context: RunContext, { program, cwd, args, env }: GitCommand): Promise<string[]> {
  const said = { stdout: [] as string[], stderr: [] as string[] };
  const { exitCode } = await runProcess({
    command: [program, ...args],
    cwd,
    env,
    signal: context.signal,
    mark: { name: 'TUTTI_ATTEMPT_ID', value: context.taskRun.attemptId },
    room: () => context.log.room(),
    take(line, stream) {
      said[stream].push(line);
      if (stream === 'stderr') context.log.debug(line);
    },
  });
  context.signal.throwIfAborted();
  if (exitCode !== 0) throw explainGit(args[0] ?? '', exitCode, said.stderr);
  return said.stdout;
}

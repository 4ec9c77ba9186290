import { TaskResult, collectFiles, withLocalCopies, writeInputFiles } from '@tutti/plugin-sdk';
import type { RunContext } from '@tutti/plugin-sdk';
import { checkTaskRunner } from './check-task-runner.ts';
import { OutputProtocol } from './process/output-protocol.ts';
import { runProcess } from './process/run-process.ts';
import type { ProcessEnd } from './process/run-process.ts';
import type { ScriptProperties } from './script-properties.ts';
import { supportFolder } from './support-folder.ts';

const SHELL: readonly string[] = ['/bin/sh', '-c'];
/** Shells that understand `set -e`. */
const POSIX_SHELL = /(^|\/)(sh|bash|dash|zsh|ksh|ash)$/;
/** Settings of the service itself are none of the script's business. */
const OWN_SETTING = /^(TUTTI_|NODE_CHANNEL_|NODE_OPTIONS$)/;

/** What to run, once the folder is ready. */
export interface Script {
  /** Shell commands, addresses of stored files replaced by local paths. */
  readonly commands: readonly string[];
  /** A program that may run without a shell when there is nothing else to do in one. */
  readonly program?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Sees each line before the log does; true when the line is done with. */
  readonly takeLine?: (line: string, stream: 'stdout' | 'stderr') => boolean;
}

/** Where a script runs. */
export interface ScriptFolders {
  readonly work: string;
  readonly out: string;
}

/**
 * Runs a script as a process of this runner, in a folder of its own: input files in, output lines to the log or to the
 * outputs, output files to internal storage.
 */
export async function runScript(
  context: RunContext,
  properties: ScriptProperties,
  prepare: (folders: ScriptFolders) => Promise<Script>,
): Promise<TaskResult> {
  checkTaskRunner(context, properties);
  const [work, out] = await Promise.all([context.workingDirectory(), context.outputDirectory()]);
  await writeInputFiles(context, work, properties);
  const script = await prepare({ work, out });
  const env = await environmentOf(context, properties, script, { work, out });
  const command = await commandOf(context, properties, script, work);
  const protocol = new OutputProtocol(context);
  const counts = { stdout: 0, stderr: 0 };
  const end = await runProcess({
    command,
    cwd: work,
    env,
    signal: context.signal,
    mark: { name: 'TUTTI_ATTEMPT_ID', value: context.taskRun.attemptId },
    room: () => context.log.room(),
    take(line, stream) {
      counts[stream]++;
      if (protocol.take(line) || script.takeLine?.(line, stream) === true) return;
      if (stream === 'stdout') context.log.info(line);
      else context.log.error(line);
    },
  });
  const outputFiles = {
    ...(await collectFiles(context, work, properties.outputFiles ?? [])),
    ...(await collectFiles(context, out, ['**'])),
  };
  const outputs = {
    exitCode: end.exitCode,
    outputFiles,
    vars: protocol.vars,
    stdOutLineCount: counts.stdout,
    stdErrLineCount: counts.stderr,
  };
  return resultOf(end, outputs, properties.warningOnStdErr === true && counts.stderr > 0);
}

function resultOf(end: ProcessEnd, outputs: Readonly<Record<string, unknown>>, warned: boolean): TaskResult {
  if (end.exitCode === 0) return new TaskResult(warned ? 'WARNING' : 'SUCCESS', outputs);
  const { exitCode, killedBy } = end;
  const by = killedBy === undefined ? '' : ` (${killedBy}${killedBy === 'SIGKILL' ? ': out of memory, perhaps' : ''})`;
  return new TaskResult('FAILED', outputs, `Command failed with exit code ${exitCode}${by}`);
}

async function commandOf(
  context: RunContext,
  { beforeCommands = [], interpreter: named, failFast }: ScriptProperties,
  { commands, program }: Script,
  work: string,
): Promise<readonly string[]> {
  if (program && beforeCommands.length === 0 && named === undefined) return program;
  const interpreter = named ?? SHELL;
  const strict = failFast && POSIX_SHELL.test(interpreter[0] ?? '') ? ['set -e'] : [];
  const text = [...strict, ...beforeCommands, ...commands].join('\n');
  return [...interpreter, await withLocalCopies(context, work, text)];
}

async function environmentOf(
  context: RunContext,
  { env = {} }: ScriptProperties,
  script: Script,
  { work, out }: ScriptFolders,
): Promise<Record<string, string>> {
  const { python, bin } = await supportFolder();
  const inherited = Object.entries(process.env).filter(([name]) => !OWN_SETTING.test(name));
  const own = Object.entries(env).map(async ([name, value]) => [name, await withLocalCopies(context, work, value)]);
  const all: Record<string, string> = {
    ...Object.fromEntries(inherited),
    PYTHONUNBUFFERED: 'true',
    PIP_ROOT_USER_ACTION: 'ignore',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    WORKING_DIR: work,
    OUTPUT_DIR: out,
    BUCKET_PATH: work,
    TUTTI_RUNNER_PID: String(process.pid),
    ...script.env,
    ...(Object.fromEntries(await Promise.all(own)) as Record<string, string>),
  };
  all['PATH'] = `${all['PATH'] ?? '/usr/bin:/bin'}:${bin}`;
  all['PYTHONPATH'] = [python, all['PYTHONPATH']].filter((path) => path !== undefined && path !== '').join(':');
  return all;
}

import { TaskError } from '@tutti/plugin-sdk';
import type { RunContext } from '@tutti/plugin-sdk';
import type { ScriptProperties } from './script-properties.ts';

/**
 * Makes sure that the script may run as a process of this runner. One that names no task runner does, and the log says
 * so, because what its image would bring may be missing here.
 * @throws {TaskError} CONTAINER_ENGINE_MISSING, TASK_RUNNER_UNKNOWN.
 */
export function checkTaskRunner({ log }: RunContext, properties: ScriptProperties): void {
  const named = properties.taskRunner?.['type'] ?? (properties.runner === undefined ? undefined : NAMES[properties.runner]); // prettier-ignore
  if (named === undefined)
    log.warn('No task runner is named and no container engine answers: the script runs as a process of the runner.');
  else if (typeof named !== 'string' || !/(^|\.)Process$/.test(named))
    throw notHere(typeof named === 'string' ? named : JSON.stringify(named));
}

const NAMES = { PROCESS: 'core.runner.Process', DOCKER: 'scripts.runner.docker.Docker' } as const;

function notHere(type: string): TaskError {
  const hint = 'Use `taskRunner: {type: core.runner.Process}`, or leave it out: the script then runs as a process.';
  if (type.endsWith('docker.Docker'))
    return new TaskError(
      'CONTAINER_ENGINE_MISSING',
      'The task wants to run in a Docker container, but no container engine answers to this runner.',
      { retryable: false, hint },
    );
  return new TaskError('TASK_RUNNER_UNKNOWN', `There is no task runner "${type}".`, { retryable: false, hint });
}

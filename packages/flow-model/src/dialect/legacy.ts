import { isJsonMap, type Json, type JsonMap } from '../json.ts';
import type { Dialect, Rename } from './dialect.ts';

const PROCESS_RUNNER = 'io.kestra.plugin.core.runner.Process';
const DOCKER_RUNNER = 'io.kestra.plugin.scripts.runner.docker.Docker';

/** `store: true` and its like became one property; `false` says nothing. */
const fetchFlag = (from: string, fetchType: string): Rename => ({
  from,
  to: 'fetchType',
  convert: (value) => (value === true || value === 'true' ? fetchType : undefined),
  severity: 'WARNING',
  newer: `fetchType: ${fetchType}`,
  ofType: true,
});

/** Options of `docker:` that say how the container runs; the image has a property of its own. */
function dockerRunner(docker: Json): Json | undefined {
  if (!isJsonMap(docker)) return undefined;
  const { image: _image, ...options } = docker;
  return Object.keys(options).length > 0 ? { type: DOCKER_RUNNER, ...options } : undefined;
}

function taskRunner(runner: Json, { docker }: JsonMap): Json | undefined {
  if (runner === 'PROCESS') return { type: PROCESS_RUNNER };
  return runner === 'DOCKER' ? (dockerRunner(docker ?? {}) ?? { type: DOCKER_RUNNER }) : undefined;
}

/** The language up to 0.16, and what it left behind until 0.19. */
export const legacy: Dialect = {
  name: 'legacy',
  renames: {
    flow: [{ from: 'taskDefaults', to: 'pluginDefaults', severity: 'WARNING' }],
    input: [{ from: 'name', to: 'id', severity: 'WARNING' }],
    task: [
      { from: 'runner', to: 'taskRunner', convert: taskRunner, severity: 'WARNING', ofType: true },
      {
        from: 'docker',
        to: 'containerImage',
        convert: (docker) => (isJsonMap(docker) ? docker['image'] : undefined),
        severity: 'WARNING',
        ofType: true,
      },
      { from: 'docker', to: 'taskRunner', convert: dockerRunner, ofType: true },
      fetchFlag('store', 'STORE'),
      fetchFlag('fetchOne', 'FETCH_ONE'),
      fetchFlag('fetch', 'FETCH'),
      { from: 'templateId', to: 'flowId', severity: 'WARNING', ofType: true },
      { from: 'args', to: 'inputs', severity: 'WARNING', ofType: true },
      { from: 'value', to: 'values', severity: 'WARNING', ofType: true },
    ],
  },
};

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { Expressions } from '@tutti/expressions';
import { identifyFlow } from '@tutti/flow-model';
import type { Vars } from '@tutti/expressions';
import type { Json, JsonMap } from '@tutti/flow-model';
import { executionFolder } from '@tutti/storage';
import type { Storage } from '@tutti/storage';
import type {
  Engine,
  FlowSource,
  Flows,
  KeyValueEntry,
  KeyValues,
  NamespaceFiles,
  RunContext,
  TaskStorage,
} from '../context.ts';
import { TaskError } from '../errors.ts';
import { matchesAnyGlob } from '../globs.ts';

/** A context that remembers what the task said and counted. */
export interface TestContext extends RunContext {
  readonly lines: string[];
  readonly measured: string[];
}

/** Of this process only: a task that is killed takes along all processes that carry the id of its attempt. */
export const TEST_ATTEMPT_ID = `e1-1-1-${process.pid}`;

const EXECUTION = 'kestra:///company/team/test/executions/e1';

/** The context of a task run in a test: a real storage and real expressions; keys and namespace files live in memory. */
export function createTestContext(storage: Storage, folder: string, variables: JsonMap = {}): TestContext {
  const lines: string[] = [];
  const measured: string[] = [];
  const expressions = new Expressions();
  const made = (name: string) => async (): Promise<string> => {
    mkdirSync(join(folder, name), { recursive: true });
    return join(folder, name);
  };
  const line = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
  const measure = (type: string) => (name: string, value: number) => void measured.push(`${type} ${name} ${value}`);
  const varsWith = (extra?: JsonMap) => ({ ...variables, ...extra }) as Vars;
  return {
    lines,
    measured,
    execution: { id: 'e1', namespace: 'company.team', flowId: 'test', flowRevision: 1 },
    taskRun: { id: 'e1-1', taskId: 'task', attempt: 1, attemptId: TEST_ATTEMPT_ID },
    log: {
      trace: line('TRACE'),
      debug: line('DEBUG'),
      info: line('INFO'),
      warn: line('WARN'),
      error: line('ERROR'),
      room: () => undefined,
    },
    signal: new AbortController().signal,
    storage: taskStorage(storage),
    keyValues: keyValuesInMemory(),
    namespaceFiles: filesInMemory(),
    flows: flowsInMemory(),
    engine: nobody,
    workingDirectory: made('work'),
    outputDirectory: made('out'),
    render: async (template, extra) => expressions.render(template, varsWith(extra)),
    renderTyped: async (template, extra) => expressions.renderTyped(template, varsWith(extra)) as Json | Promise<Json>,
    counter: measure('counter'),
    timer: measure('timer'),
    gauge: measure('gauge'),
    resolveHost: (hostname) => Promise.resolve(hostname === 'host.docker.internal' ? '127.0.0.1' : hostname),
    mask: () => undefined,
  };
}

const refuse = (): never => {
  throw new TaskError('NOT_IN_TESTS', 'Nobody answers in this test.');
};
const nobody: Engine = {
  logs: refuse,
  describe: refuse,
  resume: refuse,
  kill: refuse,
  find: refuse,
  count: refuse,
  purge: refuse,
  purgeLogs: refuse,
  setTriggerDisabled: refuse,
};

function taskStorage(storage: Storage): TaskStorage {
  let count = 0;
  return {
    put: (name, content) => storage.put(`${EXECUTION}/tasks/task/e1-1/${++count}/${name}`, content),
    get: (uri) => storage.get(uri),
    exists: (uri) => storage.exists(uri),
    sizeBytes: (uri) => storage.size(uri),
    delete: (uri) => storage.delete(uri),
    async purgeExecution(other) {
      const folder = other ? executionFolder({ ...other, executionId: other.id }) : EXECUTION;
      const files = await storage.list(folder);
      await storage.deletePrefix(folder);
      return files.map(({ uri }) => uri);
    },
  };
}

/** Pairs as the flow-registry would keep them, but none expires. */
export function keyValuesInMemory(): KeyValues {
  const entries = new Map<string, KeyValueEntry>();
  const at = (key: string, namespace = 'company.team') => `${namespace} ${key}`;
  return {
    get: async (key, options) => entries.get(at(key, options?.namespace)),
    async set(key, value, { namespace, type = 'STRING', overwrite = true } = {}) {
      if (!overwrite && entries.has(at(key, namespace))) throw new TaskError('KV_EXISTS', `The key "${key}" exists.`);
      entries.set(at(key, namespace), { key, type, value });
    },
    delete: async (key, options) => entries.delete(at(key, options?.namespace)),
    list: async ({ namespace, prefix = '' } = {}) =>
      [...entries].filter(([name]) => name.startsWith(at(prefix, namespace))).map(([, entry]) => entry),
    // Nothing expires here.
    async purge({ namespace, exact, keyPattern = '*', expiredOnly }) {
      const doomed = [...entries].filter(([name, { key }]) => {
        const place = name.slice(0, name.indexOf(' '));
        return !expiredOnly && (place === namespace || (!exact && place.startsWith(`${namespace}.`))) && matchesAnyGlob(key, [keyPattern]); // prettier-ignore
      });
      for (const [name] of doomed) entries.delete(name);
      return doomed.length;
    },
  };
}

function filesInMemory(): NamespaceFiles {
  const files = new Map<string, string>();
  return {
    list: async ({ include = ['**'], exclude = [] } = {}) =>
      [...files.keys()].filter((path) => matchesAnyGlob(path, include) && !matchesAnyGlob(path, exclude)),
    async read(path) {
      const content = files.get(path.startsWith('/') ? path : `/${path}`);
      if (content === undefined) throw new TaskError('FILE_NOT_FOUND', `There is no file ${path}.`);
      return Readable.from([Buffer.from(content)]);
    },
    async write(path, content) {
      const stored = content instanceof Readable ? await text(content) : Buffer.from(content).toString();
      files.set(path.startsWith('/') ? path : `/${path}`, stored);
    },
    delete: async (path) => Number(files.delete(path.startsWith('/') ? path : `/${path}`)),
  };
}

/** Flows as the flow-registry would keep them; one without id or namespace is refused, other faults are not found. */
function flowsInMemory(): Flows {
  const flows = new Map<string, FlowSource>();
  return {
    list: async ({ namespace, recursive = false }) =>
      [...flows.values()].filter((flow) => flow.namespace === namespace || (recursive && flow.namespace.startsWith(`${namespace}.`))), // prettier-ignore
    async save(source, { dryRun = false } = {}) {
      const { id, namespace } = identifyFlow(source) ?? {};
      if (id === undefined || namespace === undefined) throw new TaskError('FLOW_FAULTY', 'It has no id or namespace.');
      const before = flows.get(`${namespace}/${id}`);
      const changed = before?.source !== source;
      const flow = { namespace, id, source, revision: (before?.revision ?? 0) + (changed ? 1 : 0) };
      if (!dryRun) flows.set(`${namespace}/${id}`, flow);
      return { ...flow, created: !before, changed };
    },
    delete: async ({ namespace, id }) => flows.delete(`${namespace}/${id}`),
  };
}

import { text } from 'node:stream/consumers';
import type { Bus } from '@tutti/bus';
import { subjects } from '@tutti/contracts';
import type {
  GetExecutionLogs,
  GetKeyValue,
  GetKeyValueReply,
  GetSecret,
  GetSecretReply,
  LogPage,
} from '@tutti/contracts';
import type { Call, Json, Services } from '@tutti/expressions';
import { isStorageUri } from '@tutti/storage';
import type { Storage } from '@tutti/storage';
import { fetchJson } from './fetch-json.ts';
import { findNamespaceFile } from './namespace-files.ts';

/** What `read()` takes at most, bytes: it ends in memory and in a message. */
const READ_MAX_BYTES = 16 * 1024 * 1024;

/**
 * What expressions may ask of the world. Each thing is asked for once per attempt (it renders with one `Call`), so that
 * two uses in one task see the same value.
 */
export function createExpressionServices(bus: Bus, storage: Storage): Services {
  const once = oncePerCall();
  const uriOf = async (path: string, namespace: string): Promise<string | undefined> => {
    if (!isStorageUri(path)) return (await findNamespaceFile(bus, namespace, path))?.uri;
    return (await storage.exists(path)) ? path : undefined;
  };
  const read = async (path: string, namespace: string): Promise<string | undefined> => {
    const uri = await uriOf(path, namespace);
    if (uri === undefined) return undefined;
    const sizeBytes = await storage.size(uri);
    if (sizeBytes > READ_MAX_BYTES)
      throw new Error(`The file ${path} has ${sizeBytes} bytes; read() takes ${READ_MAX_BYTES} at most.`);
    return text(await storage.get(uri));
  };
  return {
    kv: (key, namespace, call) =>
      once(call, `kv ${namespace} ${key}`, async () => {
        const query = { namespace, key, inherit: true };
        return (await bus.request<GetKeyValue, GetKeyValueReply>(subjects.keyValue('get'), query)).found?.value as
          Json | undefined;
      }),
    secret: (key, namespace, call) =>
      once(call, `secret ${namespace} ${key}`, async () => {
        const query = { namespace, key };
        return (await bus.request<GetSecret, GetSecretReply>(subjects.secret('get'), query)).value;
      }),
    file: {
      read: (path, namespace, call) => once(call, `read ${namespace} ${path}`, () => read(path, namespace)),
      size: async (path, namespace) => {
        const uri = await uriOf(path, namespace);
        return uri === undefined ? undefined : storage.size(uri);
      },
      exists: async (path, namespace) => (await uriOf(path, namespace)) !== undefined,
    },
    errorLogs: (call) =>
      once(call, 'errorLogs', async () => {
        const { executionId = '' } = call;
        const query = { executionId, minLevel: 'ERROR' as const, limit: 25 };
        const subject = subjects.execution('logs', executionId);
        const { lines } = await bus.request<GetExecutionLogs, LogPage>(subject, query);
        return lines.map(({ atMs, taskId = '', level, message }) => ({
          taskId,
          level,
          message,
          timestamp: new Date(atMs).toISOString(),
        }));
      }),
    http: (request, call) => once(call, `http ${JSON.stringify(request)}`, () => fetchJson(request)),
  };
}

function oncePerCall() {
  const asked = new WeakMap<Call, Map<string, Promise<unknown>>>();
  return <T>(call: Call, key: string, ask: () => Promise<T>): Promise<T> => {
    const answers = asked.get(call) ?? new Map<string, Promise<unknown>>();
    asked.set(call, answers);
    const answer = (answers.get(key) as Promise<T> | undefined) ?? ask();
    answers.set(key, answer);
    return answer;
  };
}

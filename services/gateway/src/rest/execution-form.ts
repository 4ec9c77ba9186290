import type { JsonMap } from '@tutti/contracts';
import { storageUri } from '@tutti/storage';
import type { Gateway } from '../gateway.ts';
import { RestError } from '../http/error-envelope.ts';
import { isMultipart, readForm } from '../http/multipart.ts';
import type { FilePart } from '../http/multipart.ts';
import type { RestRequest } from '../http/router.ts';

/** Whose inputs they are. */
export interface InputsOwner {
  readonly namespace: string;
  readonly flowId: string;
  readonly executionId: string;
}

/** Where the files of an execution lie in internal storage. */
export const executionFolder = ({ namespace, flowId, executionId }: InputsOwner): string[] => [
  ...namespace.split('.'),
  flowId,
  'executions',
  executionId,
];

/**
 * Inputs out of a form: text as it is, files as the URI under which they are now stored. A part is named after its
 * input; the older form `files` with the input's name as the file's name is understood, too.
 * @throws {RestError} 415 for another type of body.
 */
export async function readInputs(
  { storage, config }: Pick<Gateway, 'storage' | 'config'>,
  { raw }: RestRequest,
  owner: InputsOwner,
): Promise<JsonMap> {
  const type = raw.headers['content-type'];
  if (type === undefined || raw.headers['content-length'] === '0') return {};
  if (!isMultipart(raw))
    throw new RestError(415, `Unsupported Media Type: Content Type [${type}] not allowed. Allowed types: [multipart/form-data]`); // prettier-ignore
  const inputs: Record<string, string> = {};
  const fields = await readForm(raw, {
    maxFileBytes: config.maxUploadBytes,
    onFile: async (part) => {
      const inputId = inputIdOf(part);
      const uri = storageUri([...executionFolder(owner), 'inputs', inputId, part.fileName]);
      inputs[inputId] = (await storage.put(uri, part.stream)).uri;
    },
  });
  return { ...inputs, ...joinRepeated(fields) };
}

const inputIdOf = ({ name, fileName }: FilePart): string => (name === 'files' ? fileName : name);

/** A field that comes several times is a list. */
function joinRepeated(fields: readonly { readonly name: string; readonly value: string }[]): JsonMap {
  const joined: Record<string, string | string[]> = {};
  for (const { name, value } of fields) {
    const before = joined[name];
    joined[name] = before === undefined ? value : [before, value].flat();
  }
  return joined;
}

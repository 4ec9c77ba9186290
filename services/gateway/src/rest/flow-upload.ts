import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { RestError, illegalArgument } from '../http/error-envelope.ts';
import { isMultipart, readForm } from '../http/multipart.ts';
import { readZip } from './zip.ts';

/** YAML of one uploaded file. */
export interface FlowFile {
  readonly name: string;
  readonly source: string;
}

const isYaml = (name: string): boolean => /\.ya?ml$/i.test(name);

/**
 * YAML files of the part `fileUpload`: one, or those of a zip archive.
 * @throws {RestError} 415, 422.
 */
export async function readFlowFiles(request: IncomingMessage, maxBytes: number): Promise<FlowFile[]> {
  if (!isMultipart(request))
    throw new RestError(415, `Unsupported Media Type: Content Type [${request.headers['content-type'] ?? ''}] not allowed. Allowed types: [multipart/form-data]`); // prettier-ignore
  const uploads: { name: string; content: Buffer }[] = [];
  await readForm(request, {
    maxFileBytes: maxBytes,
    onFile: async ({ name, fileName, stream }) => {
      const content = await buffer(stream);
      if (name === 'fileUpload') uploads.push({ name: fileName, content });
    },
  });
  if (uploads.length === 0) throw illegalArgument('Required Part [fileUpload] not specified');
  return uploads.flatMap(({ name, content }) => filesOf(name, content, maxBytes));
}

function filesOf(name: string, content: Buffer, maxBytes: number): FlowFile[] {
  if (isYaml(name)) return [{ name, source: content.toString('utf8') }];
  if (!/\.zip$/i.test(name))
    throw illegalArgument(
      `Cannot import file of type ${name.includes('.') ? name.slice(name.lastIndexOf('.')) : name}`,
    );
  return readZip(content, { maxBytes, wanted: isYaml }).map((file) => ({
    name: file.name,
    source: Buffer.from(file.content).toString('utf8'),
  }));
}

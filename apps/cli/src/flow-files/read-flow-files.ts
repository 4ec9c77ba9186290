import { readFile } from 'node:fs/promises';
import { splitDocuments } from '@tutti/flow-model';
import { UserError } from '@tutti/service-kit';

/** One file of flows as it was read. */
export interface FlowFile {
  readonly path: string;
  readonly source: string;
  /** The flows in it: a file may hold several, with `---` between them. */
  readonly flows: ReturnType<typeof splitDocuments>;
}

/**
 * Reads files of flows.
 * @throws {UserError} FLOW_FILE_UNREADABLE naming the first that cannot be read.
 */
export const readFlowFiles = (paths: readonly string[]): Promise<FlowFile[]> => Promise.all(paths.map(readFlowFile));

async function readFlowFile(path: string): Promise<FlowFile> {
  try {
    const source = await readFile(path, 'utf8');
    return { path, source, flows: splitDocuments(source) };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UserError('FLOW_FILE_UNREADABLE', `"${path}" cannot be read: ${reason}.`, {
      hint: 'Give the paths of YAML files; the shell expands patterns such as flows/*.yaml.',
      cause,
    });
  }
}

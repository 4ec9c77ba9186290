import { TaskError } from '@tutti/plugin-sdk';

/** The message of the server with the place in the file that it speaks of. */
export function explainCopy(error: unknown, statement: string): unknown {
  if (!(error instanceof Error) || !('severity' in error)) return error;
  const { where, detail } = error as Error & { readonly where?: string; readonly detail?: string };
  const said = [error.message, detail, where].filter((part) => part !== undefined && part !== '').join('\n');
  return new TaskError('COPY_FAILED', said, { cause: error, hint: `The statement was: ${statement}` });
}

import type { Storage } from '@google-cloud/storage';
import type { RunContext } from '@tutti/plugin-sdk';
import type { AccountProperties } from '../account-properties.ts';
import { clientOptionsOf } from '../client-options.ts';
import { explain } from '../explain-error.ts';

/**
 * Hands a client of Cloud Storage to `use`. The library is loaded on first use, as most runners never need it.
 * @param failed What it is when it does not work: `Cannot create the bucket "a"`.
 * @throws {TaskError} GCP_CREDENTIALS_INVALID, GCP_REFUSED, GCP_UNREACHABLE.
 */
export async function withStorage<T>(
  context: RunContext,
  properties: AccountProperties,
  failed: string,
  use: (storage: Storage) => Promise<T>,
): Promise<T> {
  const { anonymous, ...options } = await clientOptionsOf(context, properties, 'storage');
  const { IdempotencyStrategy, Storage: Client } = await import('@google-cloud/storage');
  // All that tasks do may be done twice. By itself the client repeats no upload, not even a part of one.
  const retryOptions = { idempotencyStrategy: IdempotencyStrategy.RetryAlways };
  try {
    context.signal.throwIfAborted();
    return await use(new Client({ ...options, retryOptions, useAuthWithCustomEndpoint: !anonymous }));
  } catch (error) {
    throw context.signal.aborted ? error : explain(error, failed);
  }
}

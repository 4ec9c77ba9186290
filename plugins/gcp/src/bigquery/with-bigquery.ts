import type { BigQuery } from '@google-cloud/bigquery';
import type { RunContext } from '@tutti/plugin-sdk';
import type { AccountProperties } from '../account-properties.ts';
import { clientOptionsOf } from '../client-options.ts';
import { defined } from '../defined.ts';
import { explain } from '../explain-error.ts';

/**
 * Hands a client of BigQuery to `use`. The library is loaded on first use, as most runners never need it.
 * @param failed What it is when it does not work: `Cannot create the dataset "a"`.
 * @throws {TaskError} GCP_CREDENTIALS_INVALID, GCP_REFUSED, GCP_UNREACHABLE.
 */
export async function withBigQuery<T>(
  context: RunContext,
  properties: AccountProperties & { readonly location?: string | undefined },
  failed: string,
  use: (client: BigQuery) => Promise<T>,
): Promise<T> {
  const { anonymous, ...options } = await clientOptionsOf(context, properties, 'bigquery');
  const { BigQuery: Client } = await import('@google-cloud/bigquery');
  try {
    context.signal.throwIfAborted();
    return await use(
      new Client({
        ...options,
        ...defined({ location: properties.location }),
        scopes: [...properties.scopes],
        ...(anonymous && { authClient: await nobody() }),
      }),
    );
  } catch (error) {
    throw context.signal.aborted ? error : explain(error, failed);
  }
}

/** Unlike that of Cloud Storage, this client goes for credentials even with an address of our own. */
async function nobody() {
  const { PassThroughClient } = await import('google-auth-library');
  return new PassThroughClient();
}

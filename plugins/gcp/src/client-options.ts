import { TaskError } from '@tutti/plugin-sdk';
import type { RunContext } from '@tutti/plugin-sdk';
import type { AccountProperties } from './account-properties.ts';
import { defined } from './defined.ts';

/** How to reach a service, and as whom. */
export interface ClientOptions {
  readonly projectId?: string;
  readonly credentials?: object;
  readonly apiEndpoint?: string;
  /** Requests carry no credentials at all. */
  readonly anonymous: boolean;
}

/** The services, by the setting of the installation that names another address for each. */
const ENDPOINT_SETTINGS = {
  storage: 'TUTTI_GCP_STORAGE_ENDPOINT',
  bigquery: 'TUTTI_GCP_BIGQUERY_ENDPOINT',
} as const;

/**
 * What Google's clients have to know. Credentials never go over plain http, nor, unless they are given, to an address
 * that is not Google's own.
 * @throws {TaskError} GCP_CREDENTIALS_INVALID.
 */
export async function clientOptionsOf(
  context: Pick<RunContext, 'resolveHost' | 'mask'>,
  properties: AccountProperties,
  service: keyof typeof ENDPOINT_SETTINGS,
): Promise<ClientOptions> {
  const { serviceAccount, impersonatedServiceAccount } = properties;
  const key = serviceAccount === undefined ? undefined : serviceAccountOf(serviceAccount);
  if (key) maskKey(context, key);
  const apiEndpoint = await endpointOf(context, properties.endpoint ?? (process.env[ENDPOINT_SETTINGS[service]] || undefined)); // prettier-ignore
  const anonymous = apiEndpoint !== undefined && (!key || apiEndpoint.startsWith('http:'));
  return {
    ...defined({
      // Without one, the clients would ask the metadata server of a machine of Google's.
      projectId: properties.projectId ?? key?.project_id ?? (anonymous ? 'local' : undefined),
      credentials: anonymous ? undefined : credentialsOf(key, impersonatedServiceAccount),
      apiEndpoint,
    }),
    anonymous,
  };
}

interface ServiceAccountKey {
  readonly client_email: string;
  readonly private_key: string;
  readonly project_id?: string;
}

function serviceAccountOf(text: string): ServiceAccountKey {
  try {
    const key = JSON.parse(text) as Partial<ServiceAccountKey> | null;
    if (typeof key?.client_email === 'string' && typeof key.private_key === 'string') return key as ServiceAccountKey;
  } catch {
    // The message of the parser would quote the key.
  }
  throw new TaskError('GCP_CREDENTIALS_INVALID', 'The property "serviceAccount" is no key of a service account.', {
    hint: 'Give the JSON text of a key file, with client_email and private_key: "{{ secret(\'GCP_CREDS\') }}".',
    retryable: false,
  });
}

/** The key may come from a key-value pair, which is no secret by itself. A log shows it line by line, or as JSON. */
function maskKey({ mask }: Pick<RunContext, 'mask'>, { private_key: key }: ServiceAccountKey): void {
  mask(key);
  mask(JSON.stringify(key).slice(1, -1));
  for (const line of key.split('\n')) if (line.length > 20 && !line.startsWith('-----')) mask(line);
}

function credentialsOf(key: ServiceAccountKey | undefined, actAs: string | undefined): object | undefined {
  if (actAs === undefined) return key;
  if (!key)
    throw new TaskError('GCP_CREDENTIALS_INVALID', 'The property "impersonatedServiceAccount" needs "serviceAccount".', { retryable: false }); // prettier-ignore
  return {
    type: 'impersonated_service_account',
    source_credentials: key,
    service_account_impersonation_url: `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${actAs}:generateAccessToken`,
  };
}

/** The address with its host as the installation knows it (`host.docker.internal` …), without a slash at its end. */
async function endpointOf({ resolveHost }: Pick<RunContext, 'resolveHost'>, text: string | undefined) {
  if (text === undefined) return undefined;
  const url = new URL(text);
  url.hostname = await resolveHost(url.hostname);
  return url.href.replace(/\/+$/, '');
}

import { generateKeyPairSync } from 'node:crypto';
import type { RunContext } from '@tutti/plugin-sdk';
import { describe, expect, it, vi } from 'vitest';
import { accountProperties } from './account-properties.ts';
import type { AccountProperties } from './account-properties.ts';
import { withBigQuery } from './bigquery/with-bigquery.ts';
import { clientOptionsOf } from './client-options.ts';
import { withStorage } from './gcs/with-storage.ts';

const SCOPES = accountProperties.scopes.parse(undefined);
const KEY = {
  type: 'service_account',
  project_id: 'own-project',
  client_email: 'a@b.c',
  private_key: '-----BEGIN PRIVATE KEY-----\nQUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=\n-----END PRIVATE KEY-----\n',
};
const serviceAccount = JSON.stringify(KEY);

const masked: string[] = [];
const context = {
  resolveHost: (host: string) => Promise.resolve(host === 'host.docker.internal' ? '127.0.0.1' : host),
  mask: (secret: string) => void masked.push(secret),
};
const optionsOf = (properties: Partial<AccountProperties>) =>
  clientOptionsOf(context, { scopes: SCOPES, ...properties } as AccountProperties, 'storage');

describe('the options of a client', () => {
  it('hold the key and its project, unless another one is named', async () => {
    const options = await optionsOf({ serviceAccount });
    expect(options).toEqual({ anonymous: false, credentials: KEY, projectId: 'own-project' });
    expect(await optionsOf({ serviceAccount, projectId: 'p' })).toMatchObject({ projectId: 'p' });
  });

  it('leave it to the application default credentials when nothing is given', async () =>
    expect(await optionsOf({})).toEqual({ anonymous: false }));

  it('hold no credentials for plain http, nor for another address that none are given for', async () => {
    for (const endpoint of ['http://host.docker.internal:4443/', 'http://localhost'])
      expect(await optionsOf({ serviceAccount, endpoint })).not.toHaveProperty('credentials');
    expect(await optionsOf({ endpoint: 'http://host.docker.internal:4443/' })).toEqual({
      anonymous: true,
      apiEndpoint: 'http://127.0.0.1:4443',
      projectId: 'local',
    });
    expect(await optionsOf({ endpoint: 'https://storage.internal' })).toMatchObject({ anonymous: true });
    expect(await optionsOf({ serviceAccount, endpoint: 'https://storage.internal' })).toMatchObject({
      anonymous: false,
      credentials: KEY,
    });
  });

  it('take the address from the setting of the installation, unless the task names one', async () => {
    vi.stubEnv('TUTTI_GCP_STORAGE_ENDPOINT', 'http://stand-in:1');
    expect(await optionsOf({})).toMatchObject({ apiEndpoint: 'http://stand-in:1' });
    expect(await optionsOf({ endpoint: 'http://other:2' })).toMatchObject({ apiEndpoint: 'http://other:2' });
    vi.unstubAllEnvs();
  });

  it('let a service account act as another', async () => {
    const { credentials } = await optionsOf({ serviceAccount, impersonatedServiceAccount: 'x@y.z' });
    expect(credentials).toEqual({
      type: 'impersonated_service_account',
      source_credentials: KEY,
      service_account_impersonation_url: expect.stringContaining('/serviceAccounts/x@y.z:generateAccessToken') as string, // prettier-ignore
    });
    await expect(optionsOf({ impersonatedServiceAccount: 'x@y.z' })).rejects.toMatchObject({ code: 'GCP_CREDENTIALS_INVALID' }); // prettier-ignore
  });

  it('keep the key out of logs, in whatever form', async () => {
    masked.length = 0;
    await optionsOf({ serviceAccount });
    const shown = (text: string): string => masked.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
    for (const text of [serviceAccount, KEY.private_key, KEY.private_key.split('\n')[1]!])
      expect(shown(text)).not.toContain('QUJDREVGR0');
  });

  it.each(['', 'no JSON', '{}', 'null', '[]', '{"client_email":"a@b.c"}', '{"private_key":"secret-part"}'])(
    'refuse the key %s without quoting it',
    async (text) => {
      const error = await optionsOf({ serviceAccount: text }).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'GCP_CREDENTIALS_INVALID', retryable: false });
      expect(JSON.stringify(error) + String(error)).not.toContain('secret-part');
    },
  );
});

describe('a client of Google', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const own = JSON.stringify({ ...KEY, private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }) });
  const runContext = { ...context, signal: new AbortController().signal } as unknown as RunContext;
  const whoAsks = async (properties: Partial<AccountProperties>) => {
    const wish = { scopes: SCOPES, ...properties } as AccountProperties;
    return [
      await withBigQuery(runContext, wish, 'x', (client) => client.authClient.getClient() as Promise<object>),
      await withStorage(runContext, wish, 'x', (client) => client.authClient.getClient() as Promise<object>),
    ];
  };

  it('asks as the service account', async () => {
    for (const client of await whoAsks({ serviceAccount: own })) expect(client).toMatchObject({ email: 'a@b.c' });
  });

  it('asks as the one that the service account acts as', async () => {
    for (const client of await whoAsks({ serviceAccount: own, impersonatedServiceAccount: 'x@y.z' }))
      expect(client).toMatchObject({ targetPrincipal: 'x@y.z', sourceClient: { email: 'a@b.c' } });
  });
});

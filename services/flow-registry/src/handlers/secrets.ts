import type { ChangedReply, DeleteSecret, GetSecret, GetSecretReply, ListSecrets, ListSecretsReply, SetSecret } from '@tutti/contracts'; // prettier-ignore
import { requireNamespace } from '../rules/namespaces.ts';
import type { Secrets } from '../secrets/secrets.ts';

export interface SecretDeps {
  readonly secrets: Secrets;
}

/** The value in the open: only for a task-runner, just before use. */
export async function handleGetSecret({ secrets }: SecretDeps, { namespace, key }: GetSecret): Promise<GetSecretReply> {
  const value = await secrets.get(namespace, key);
  return value === undefined ? {} : { value };
}

export async function handleSetSecret({ secrets }: SecretDeps, command: SetSecret): Promise<ChangedReply> {
  requireNamespace(command.namespace);
  await secrets.set(command.namespace, command.key, command.value);
  return { changed: 1 };
}

export async function handleDeleteSecret({ secrets }: SecretDeps, command: DeleteSecret): Promise<ChangedReply> {
  return { changed: (await secrets.delete(command.namespace, command.key)) ? 1 : 0 };
}

export async function handleListSecrets(
  { secrets }: SecretDeps,
  { namespace }: ListSecrets,
): Promise<ListSecretsReply> {
  return { keys: await secrets.keys(namespace) };
}

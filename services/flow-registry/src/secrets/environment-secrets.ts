import type { Environment } from '@tutti/service-kit';

const PREFIX = 'SECRET_';

/** Secrets of the environment: `SECRET_<KEY>` in base64, as Kestra's open edition has them; keys in upper case. */
export function environmentSecrets(env: Environment): ReadonlyMap<string, string> {
  const secrets = new Map<string, string>();
  for (const [name, value] of Object.entries(env))
    if (name.startsWith(PREFIX) && value !== undefined)
      secrets.set(name.slice(PREFIX.length).toUpperCase(), Buffer.from(value, 'base64').toString('utf8'));
  return secrets;
}

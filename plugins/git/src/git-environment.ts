import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TaskError } from '@tutti/plugin-sdk';
import type { Address } from './address.ts';
import type { RemoteProperties } from './git-properties.ts';

/** Prints what the environment holds: credentials are in no argument, in no file and in no configuration. */
const CREDENTIAL_HELPER =
  '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" "$TUTTI_GIT_USERNAME" "$TUTTI_GIT_PASSWORD"; }; f';
const ASKPASS = '#!/bin/sh\nprintf "%s\\n" "$TUTTI_GIT_PASSPHRASE"\n';

/** Of the runner's own environment: its settings, and what would lead git to another repository. */
const NOT_INHERITED =
  /^(TUTTI_|NODE_OPTIONS$|GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE|PREFIX)$)/;

type Setting = readonly [name: string, value: string];

/**
 * The environment in which git reaches a repository.
 * @param folder where a private key may lie; the caller deletes it
 */
export async function gitEnvironment(
  properties: RemoteProperties,
  address: Address,
  folder: string,
): Promise<Record<string, string>> {
  const inherited = Object.entries(process.env).filter(([name]) => !NOT_INHERITED.test(name));
  return {
    ...(Object.fromEntries(inherited) as Record<string, string>),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    // Nothing that runs programs; files only where the flow itself names one, not where a submodule does.
    GIT_ALLOW_PROTOCOL:
      process.env['GIT_ALLOW_PROTOCOL'] ?? `git:http:https:ssh${address.protocol === 'file' ? ':file' : ''}`,
    ...credentials(properties, address),
    ...(await sshEnvironment(properties, folder)),
    ...configuration([...settings(properties, address), ...ownSettings(properties)]),
  };
}

function credentials({ username, password }: RemoteProperties, address: Address): Record<string, string> {
  const secret = password ?? address.password;
  if (address.origin === undefined || secret === undefined) return {};
  return { TUTTI_GIT_USERNAME: username ?? address.username ?? 'git', TUTTI_GIT_PASSWORD: secret };
}

/** Helpers of the machine are left out, so that they keep nothing; ours answers for the one server only. */
function settings({ trustedCaPemPath, noProxy, readTimeout }: RemoteProperties, { origin }: Address): Setting[] {
  return [
    ['credential.helper', ''],
    ...(origin === undefined ? [] : [[`credential.${origin}.helper`, CREDENTIAL_HELPER] as const]),
    ['http.lowSpeedLimit', '1'],
    ['http.lowSpeedTime', String(Math.max(1, Math.ceil(readTimeout / 1000)))],
    ...(trustedCaPemPath === undefined ? [] : [['http.sslCAInfo', trustedCaPemPath] as const]),
    ...(noProxy ? [['http.proxy', ''] as const] : []),
  ];
}

const ownSettings = ({ gitConfig = {} }: RemoteProperties): Setting[] =>
  Object.entries(gitConfig).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]);

/** Settings as variables, after those that the runner was started with. */
function configuration(all: readonly Setting[]): Record<string, string> {
  const before = Number(process.env['GIT_CONFIG_COUNT'] ?? 0) || 0;
  const numbered = all.flatMap(([name, value], n) => [
    [`GIT_CONFIG_KEY_${before + n}`, name],
    [`GIT_CONFIG_VALUE_${before + n}`, value],
  ]);
  return { ...(Object.fromEntries(numbered) as Record<string, string>), GIT_CONFIG_COUNT: String(before + all.length) };
}

/** A host that is new is remembered; one whose key has changed is refused. */
async function sshEnvironment(
  { privateKey, passphrase }: RemoteProperties,
  folder: string,
): Promise<Record<string, string>> {
  const command = 'ssh -o StrictHostKeyChecking=accept-new';
  if (privateKey === undefined)
    return { GIT_SSH_COMMAND: process.env['GIT_SSH_COMMAND'] ?? `${command} -o BatchMode=yes` };
  if (!privateKey.includes('PRIVATE KEY'))
    throw new TaskError('GIT_KEY_INVALID', 'The property "privateKey" holds no private key in PEM.', {
      retryable: false,
      hint: 'Give the whole text, from -----BEGIN to END-----, for example by {{ secret(...) }}.',
    });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const [key, askpass] = [join(folder, 'key'), join(folder, 'askpass')];
  await writeFile(key, `${privateKey.trim()}\n`, { mode: 0o600 });
  await writeFile(askpass, ASKPASS);
  await chmod(askpass, 0o700);
  return {
    GIT_SSH_COMMAND: `${command} -o IdentitiesOnly=yes -i '${key.replaceAll("'", String.raw`'\''`)}'`,
    SSH_ASKPASS: askpass,
    SSH_ASKPASS_REQUIRE: 'force',
    TUTTI_GIT_PASSPHRASE: passphrase ?? '',
  };
}

import type { RunContext } from '@tutti/plugin-sdk';

const HOST = /^(\s*(?:host|server)\s*:\s*)(["']?)([\w.-]+)\2(\s*(?:#.*)?)$/gm;

/**
 * A profiles.yml in which host names that only a container knows (`host.docker.internal`) are those of this machine, by
 * the setting `hostAliases`, as the database tasks do.
 */
export async function withHostAliases(
  { resolveHost }: Pick<RunContext, 'resolveHost'>,
  profiles: string,
): Promise<string> {
  const names = new Set([...profiles.matchAll(HOST)].map(([, , , name = '']) => name));
  const found = new Map<string, string>();
  for (const name of names) found.set(name, await resolveHost(name));
  return profiles.replaceAll(HOST, (_, before: string, quote: string, name: string, after: string) =>
    [before, quote, found.get(name) ?? name, quote, after].join(''),
  );
}

import { lookup } from 'node:dns/promises';

/** The address for a host name: that of the resolver, or that of the alias where the name does not resolve. */
export async function resolveHost(hostname: string, aliases: ReadonlyMap<string, string>): Promise<string> {
  const alias = aliases.get(hostname);
  if (alias === undefined) return hostname;
  return lookup(hostname).then(
    () => hostname,
    () => alias,
  );
}

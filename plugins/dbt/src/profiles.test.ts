import { expect, it } from 'vitest';
import { withHostAliases } from './profiles.ts';

const alias = { resolveHost: async (name: string) => (name === 'host.docker.internal' ? '127.0.0.1' : name) };

it('puts addresses in place of hosts that only containers know, and changes nothing else', async () => {
  const profile = (host: string) => `default:
  outputs:
    dev:
      type: postgres
      host: ${host} # the database
      server: "${host}"
      user: host.docker.internal
      host: db.example.com
`;
  expect(await withHostAliases(alias, profile('host.docker.internal'))).toBe(profile('127.0.0.1'));
});

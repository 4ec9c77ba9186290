import { describe, expect, it } from 'vitest';
import { readGatewayConfig } from './config.ts';

describe('readGatewayConfig', () => {
  it('listens on loopback without a login', () => {
    expect(readGatewayConfig({})).toMatchObject({ host: '127.0.0.1', port: 8080, credentials: undefined });
  });

  it.each(['0.0.0.0', '192.168.1.5', '::', 'tutti.example', '127.evil.example'])(
    'refuses to listen on %s without a login',
    (host) => {
      expect(() => readGatewayConfig({ TUTTI_GATEWAY_HOST: host })).toThrow('without a login');
      const login = { TUTTI_GATEWAY_USERNAME: 'ada', TUTTI_GATEWAY_PASSWORD: 'secret' };
      expect(readGatewayConfig({ TUTTI_GATEWAY_HOST: host, ...login }).credentials).toEqual({ username: 'ada', password: 'secret' }); // prettier-ignore
    },
  );

  it('refuses half a login', () => {
    expect(() => readGatewayConfig({ TUTTI_GATEWAY_USERNAME: 'ada' })).toThrow('both a name and a password');
  });
});

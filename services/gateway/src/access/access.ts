import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { UserError } from '@tutti/service-kit';
import { isLoopback } from '../config.ts';
import type { GatewayConfig } from '../config.ts';
import { administrator, ANONYMOUS, EVERYBODY } from './caller.ts';
import type { Caller } from './caller.ts';

type AccessConfig = Pick<GatewayConfig, 'host' | 'credentials' | 'allowedHosts' | 'allowedOrigins'>;

const LOOPBACK_NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Who may come in at all. A browser is made to carry requests by pages of other sites, so the names it used are checked:
 * `Host` against DNS rebinding, `Origin` against forged requests.
 */
export class Access {
  readonly #config: AccessConfig;
  readonly #expected: Buffer | undefined;
  readonly #user: Caller;

  constructor(config: AccessConfig) {
    this.#config = config;
    const { credentials } = config;
    this.#expected = credentials && digest(`${credentials.username}:${credentials.password}`);
    this.#user = credentials ? administrator(credentials.username) : EVERYBODY;
  }

  /**
   * Refuses what only a tricked browser sends.
   * @throws {UserError} HOST_FORBIDDEN, ORIGIN_FORBIDDEN.
   */
  checkOrigin({ host, origin }: IncomingHttpHeaders): void {
    if (!this.#isOurs(host))
      throw new UserError('HOST_FORBIDDEN', `This gateway is not addressed as "${host ?? ''}".`, {
        hint: 'Use localhost, or add the name to TUTTI_GATEWAY_ALLOWED_HOSTS.',
      });
    if (origin !== undefined && !this.#isOwnPage(origin, host))
      throw new UserError('ORIGIN_FORBIDDEN', `Pages of ${origin} may not call this gateway.`, {
        hint: 'Add the origin to TUTTI_GATEWAY_ALLOWED_ORIGINS.',
      });
  }

  /** Who calls, by an `Authorization` header. Where no login is configured, everybody on this machine may everything. */
  callerOf(authorization: string | undefined): Caller {
    if (!this.#expected) return this.#user;
    const [scheme = '', value = ''] = (authorization ?? '').split(' ');
    if (scheme.toLowerCase() !== 'basic') return ANONYMOUS;
    const given = digest(Buffer.from(value, 'base64').toString('utf8'));
    return timingSafeEqual(given, this.#expected) ? this.#user : ANONYMOUS;
  }

  #isOurs(host: string | undefined): boolean {
    if (!isLoopback(this.#config.host) && this.#config.allowedHosts.length === 0) return true; // a login protects it
    const name = (host ?? '').toLowerCase().replace(/:\d+$/, '');
    return LOOPBACK_NAMES.has(name) || this.#config.allowedHosts.includes(name);
  }

  #isOwnPage(origin: string, host: string | undefined): boolean {
    const given = origin.toLowerCase();
    return /^https?:\/\//.test(given) && given.replace(/^https?:\/\//, '') === host?.toLowerCase()
      ? true
      : this.#config.allowedOrigins.includes(given);
  }
}

/** Digests are of one length, so that comparing them tells nothing of the password's. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

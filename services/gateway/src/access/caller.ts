import { UserError } from '@tutti/service-kit';

/** What a route or field needs. `public` needs nothing, not even a login. */
export type Permission =
  | 'public'
  | 'flow:read'
  | 'flow:write'
  | 'execution:read'
  | 'execution:run'
  | 'execution:write'
  | 'namespace:read'
  | 'namespace:write'
  | 'trigger:read'
  | 'trigger:write'
  | 'system:read';

/** Who calls. */
export interface Caller {
  readonly name: string | undefined;
  may(permission: Permission): boolean;
}

/** Has logged in, and may everything. */
export const administrator = (name: string): Caller => ({ name, may: () => true });

/** Whoever reaches a gateway without a login: may everything, and has no name. */
export const EVERYBODY: Caller = { name: undefined, may: () => true };

/** Has not logged in. */
export const ANONYMOUS: Caller = { name: undefined, may: (permission) => permission === 'public' };

/**
 * The one place where permission is decided; what has no permission in the policy is denied.
 * @throws {UserError} UNAUTHENTICATED, FORBIDDEN.
 */
export function authorize(caller: Caller, permission: Permission | undefined): void {
  if (permission !== undefined && caller.may(permission)) return;
  if (caller.name === undefined)
    throw new UserError('UNAUTHENTICATED', 'This needs a login.', {
      hint: 'Send user name and password (HTTP Basic).',
    });
  throw new UserError('FORBIDDEN', `${caller.name} lacks the permission ${permission ?? 'for this'}.`);
}

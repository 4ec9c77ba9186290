import type { RouteName } from '../access/route-policy.ts';
import type { Handler } from '../http/router.ts';

/** Handlers of some of the routes in the policy. */
export type Routes<Names extends RouteName> = Readonly<Record<Names, Handler>>;

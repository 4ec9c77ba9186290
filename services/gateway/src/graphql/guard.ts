import { UserError } from '@tutti/service-kit';
import type { DocumentNode } from 'graphql';
import { authorize } from '../access/caller.ts';
import type { Caller } from '../access/caller.ts';
import type { DocumentFactsCache } from './document-facts.ts';
import { LIMITS } from './limits.ts';

/**
 * Lets a validated document through, or not: the one way for queries, mutations and subscriptions.
 * @throws {UserError} UNAUTHENTICATED, FORBIDDEN, QUERY_TOO_COSTLY.
 */
export function guardDocument(
  facts: DocumentFactsCache,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
  caller: Caller,
): void {
  const known = facts.of(document);
  for (const permission of known.permissions) authorize(caller, permission);
  const sum = known.cost(variables);
  if (!(sum <= LIMITS.cost))
    throw new UserError('QUERY_TOO_COSTLY', `The query may give ${sum} items; at most ${LIMITS.cost} are allowed.`, {
      hint: 'Ask for fewer at once: a smaller "first" in the outer or the inner list.',
    });
}

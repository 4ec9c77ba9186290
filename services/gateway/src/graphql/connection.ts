import { UserError } from '@tutti/service-kit';
import { MAX_PAGE_SIZE } from '../store/database-pages.ts';
import type { KeysetPage, Page } from '../store/database-pages.ts';

/** Arguments of every connection. */
export interface PageArgs {
  readonly first?: number | null;
  readonly after?: string | null;
}

/** A connection as the schema has them. */
export interface Connection<T> {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  readonly nodes: readonly T[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/**
 * The page that is asked for; its key is whatever the cursor was made of.
 * @throws {UserError} PAGE_INVALID, CURSOR_INVALID.
 */
export function pageFrom<Key>({ first, after }: PageArgs, isKey: (value: unknown) => value is Key): KeysetPage<Key> {
  const limit = first ?? 50;
  if (limit < 0 || limit > MAX_PAGE_SIZE)
    throw new UserError('PAGE_INVALID', `"first" must be from 0 to ${MAX_PAGE_SIZE}, and is ${limit}.`);
  if (!after) return { limit };
  const key = decodeCursor(after);
  if (!isKey(key))
    throw new UserError('CURSOR_INVALID', `"${after}" is not a cursor of this list.`, {
      hint: 'Pass a cursor as it came from the page before.',
    });
  return { limit, after: key };
}

/** Dresses a page as a connection. */
export function toConnection<T>(
  { items, hasNext }: Page<T>,
  keyOf: (item: T) => unknown,
  { after }: PageArgs,
): Connection<T> {
  const edges = items.map((node) => ({ cursor: encodeCursor(keyOf(node)), node }));
  return {
    edges,
    nodes: items,
    pageInfo: {
      hasNextPage: hasNext,
      hasPreviousPage: Boolean(after),
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

export const isText = (value: unknown): value is string => typeof value === 'string';
export const isNumber = (value: unknown): value is number => typeof value === 'number';

function encodeCursor(key: unknown): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

function decodeCursor(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

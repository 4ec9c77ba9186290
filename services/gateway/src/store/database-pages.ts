/** Most items of a page. */
export const MAX_PAGE_SIZE = 500;

/** Counting stops here: an exact count of a million rows helps nobody and costs a second. */
export const COUNT_LIMIT = 10_000;

/** A page by its place in the order: what comes after a key. */
export interface KeysetPage<Key> {
  readonly limit: number;
  readonly after?: Key | undefined;
}

/** Rows, and whether there are more. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly hasNext: boolean;
}

/** A page out of rows that were asked for with `limit + 1`. */
export function pageOf<T>(rows: readonly T[], limit: number): Page<T> {
  return { items: rows.slice(0, limit), hasNext: rows.length > limit };
}

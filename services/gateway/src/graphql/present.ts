/** An object without its nulls: GraphQL has null for what was left out. */
export type Present<T> = { [K in keyof T]: null extends T[K] ? Exclude<T[K], null> : T[K] };

/** Leaves out what is null or undefined. */
export function present<T extends object>(value: T): Present<T> {
  const entries = Object.entries(value).filter(([, one]) => one !== null && one !== undefined);
  return Object.fromEntries(entries) as Present<T>;
}

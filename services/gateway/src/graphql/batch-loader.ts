/**
 * Joins what resolvers ask for in the same turn of the event loop into one call. It remembers nothing beyond that, so a
 * subscription that lives for hours sees nothing old.
 * @param load Gives the values of all keys, in any order.
 * @param keyOf Names a key; equal names are asked for once.
 */
export class BatchLoader<Key, Value> {
  readonly #load: (keys: readonly Key[]) => Promise<ReadonlyMap<string, Value>>;
  readonly #keyOf: (key: Key) => string;
  readonly #inBatch = new Map<string, Promise<Value | undefined>>();
  #waiting: { readonly keys: Key[]; readonly loaded: Promise<ReadonlyMap<string, Value>> } | undefined;

  constructor(load: (keys: readonly Key[]) => Promise<ReadonlyMap<string, Value>>, keyOf: (key: Key) => string) {
    this.#load = load;
    this.#keyOf = keyOf;
  }

  /** The value of a key; `undefined` when there is none. */
  get(key: Key): Promise<Value | undefined> {
    const name = this.#keyOf(key);
    const known = this.#inBatch.get(name);
    if (known) return known;
    const batch = (this.#waiting ??= this.#startBatch());
    batch.keys.push(key);
    const value = batch.loaded.then((values) => values.get(name));
    this.#inBatch.set(name, value);
    return value;
  }

  #startBatch() {
    const keys: Key[] = [];
    const loaded = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      this.#waiting = undefined;
      this.#inBatch.clear();
      return this.#load(keys);
    });
    return { keys, loaded };
  }
}

/** A map from the names of items to the items. */
export function mapBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T> {
  return new Map(items.map((item) => [keyOf(item), item]));
}

/** A map from names to all items of that name, in their order. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

/** Keeps what was used last, up to a size. */
export class TemplateCache<T> {
  private readonly size: number;
  private readonly entries = new Map<string, T>();
  /** The entry asked for last: a flow asks for the same template again and again. */
  private lastKey: string | undefined;
  private last: T | undefined;

  constructor(size: number) {
    this.size = size;
  }

  /** The entry of a key, made when it is not there. What throws is not kept. */
  get(key: string, make: () => T): T {
    if (this.lastKey === key && this.last !== undefined) return this.last;
    let entry = this.entries.get(key);
    if (entry === undefined) {
      entry = make();
      if (this.entries.size >= this.size) this.forgetOldest();
    } else this.entries.delete(key);
    this.entries.set(key, entry);
    this.lastKey = key;
    this.last = entry;
    return entry;
  }

  clear(): void {
    this.entries.clear();
    this.lastKey = undefined;
    this.last = undefined;
  }

  private forgetOldest(): void {
    const oldest = this.entries.keys().next();
    if (!oldest.done) this.entries.delete(oldest.value);
  }
}

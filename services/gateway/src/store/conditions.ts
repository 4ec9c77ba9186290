/** Collects conditions of a WHERE clause with their parameters. `?` in a condition stands for its one parameter. */
export class Conditions {
  readonly #parts: string[] = [];
  readonly values: unknown[] = [];

  /** Adds a condition unless its value is missing. */
  add(condition: string, value: unknown): this {
    if (value === undefined || value === null) return this;
    this.#parts.push(condition.replaceAll('?', this.parameter(value)));
    return this;
  }

  /** Adds a condition without a parameter. */
  addFixed(condition: string): this {
    this.#parts.push(condition);
    return this;
  }

  /** Takes a value as a parameter and gives its place, `$3`. */
  parameter(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  /** `WHERE …`, or nothing. */
  get sql(): string {
    return this.#parts.length > 0 ? `WHERE ${this.#parts.join(' AND ')}` : '';
  }
}

/** How a text is compared. */
export interface TextFilter {
  readonly eq?: string | null;
  readonly in?: readonly string[] | null;
  readonly startsWith?: string | null;
  readonly contains?: string | null;
}

/** A namespace, or one with all below it. */
export interface NamespaceFilter {
  readonly eq?: string | null;
  readonly under?: string | null;
}

/** From one moment (included) to another, Unix ms. */
export interface TimeFilter {
  readonly gte?: number | null;
  readonly lt?: number | null;
}

/** Adds what a text filter says of a column. */
export function addText(conditions: Conditions, column: string, filter: TextFilter | null | undefined): void {
  if (!filter) return;
  conditions
    .add(`${column} = ?`, filter.eq)
    .add(`${column} = ANY(?::text[])`, filter.in)
    .add(`starts_with(${column}, ?)`, filter.startsWith)
    .add(`${column} ILIKE ?`, filter.contains && `%${escapeLike(filter.contains)}%`);
}

/** Adds what a namespace filter says of a column. */
export function addNamespace(conditions: Conditions, column: string, filter: NamespaceFilter | null | undefined): void {
  if (!filter) return;
  conditions.add(`${column} = ?`, filter.eq).add(`(${column} = ? OR starts_with(${column}, ? || '.'))`, filter.under);
}

/** Adds a span of time over a column of Unix ms. */
export function addTime(conditions: Conditions, column: string, filter: TimeFilter | null | undefined): void {
  conditions.add(`${column} >= ?`, filter?.gte).add(`${column} < ?`, filter?.lt);
}

/** Takes the meaning from the characters that have one in LIKE. */
export const escapeLike = (text: string): string => text.replaceAll(/[\\%_]/g, String.raw`\$&`);

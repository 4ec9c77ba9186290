/** A value as JSON knows it; what variables and results are made of. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * The variables a template sees. A plain object; members may be own enumerable getters, so that a part is only
 * made when a template asks for it. The engine reads single members of it, and never copies or walks it.
 */
export type Vars = Readonly<Record<string, Json | undefined>>;

/** What an expression computes with: JSON, whole numbers beyond 2^53, and decimals that must remember that they are. */
export type Value = null | boolean | number | bigint | string | Decimal | readonly Value[] | ValueMap;
/** A map of values; only its own members count. */
export interface ValueMap {
  readonly [key: string]: Value;
}

/** Variables as an evaluation sees them: those of the caller, or what macros and tags have made. */
export type Variables = Readonly<Record<string, Value | undefined>>;

/** What an evaluation gives at once, or later where something waited. */
export type Result = Value | Promise<Value>;

/** The kinds of decimals a user can tell apart by the text they print and by `className`. */
export type DecimalKind = 'Double' | 'Float' | 'BigDecimal';

/**
 * A number with a decimal point that a JavaScript number would lose: `5.0` of `2 * 2.5`, or more digits than a double holds.
 * A fractional double is a plain number.
 */
export class Decimal {
  // Private, so that it has no own members that a template could name.
  readonly #value: number;
  readonly #kind: DecimalKind;
  readonly #digits: string | undefined;

  constructor(value: number, kind: DecimalKind = 'Double', digits?: string) {
    this.#value = value;
    this.#kind = kind;
    this.#digits = digits;
  }

  get value(): number {
    return this.#value;
  }

  get kind(): DecimalKind {
    return this.#kind;
  }

  /** The digits as they print, where they are more than the double has. */
  get digits(): string | undefined {
    return this.#digits;
  }
}

/** Whether this is a map: an object that is neither a list nor a number. */
export function isMap(value: Value | undefined): value is ValueMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Decimal);
}

/** Whether this is a list. `Array.isArray` does not narrow readonly arrays. */
export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** A map of these entries, in which also `__proto__` is a key like any other. */
export function mapOf(entries: Iterable<readonly [string, Value]>): ValueMap {
  const map: Record<string, Value> = {};
  for (const [key, value] of entries) setOwn(map, key, value);
  return map;
}

/** Sets an own member, also `__proto__`, which plain assignment would take as the prototype. */
export function setOwn(map: Record<string, Value>, key: string, value: Value): void {
  if (key === '__proto__')
    Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
  else map[key] = value;
}

import type { Json } from '@tutti/flow-model';
import { z } from 'zod';

/**
 * Schemas of properties. They accept what flows hold after rendering (text) as well as what YAML gives (typed values),
 * so a task never converts: `s.int()` takes `5` and `"5"`, `s.list(…)` takes a list and the JSON text of one.
 */

/** How a property is treated before the task sees it, kept beside its schema. */
export interface PropertyOptions {
  /**
   * `text` (default): every string is rendered to text; `typed`: a lone expression keeps its type; `none`: left alone;
   * `elsewhere`: left alone, and rendered by somebody else with other names than the task's.
   */
  readonly render?: 'text' | 'typed' | 'none' | 'elsewhere';
  /** Names of the property in older dialects. */
  readonly aliases?: readonly string[];
  /** The property holds the children of a control task. */
  readonly children?: boolean;
  /** Accepted because flows have it, but nothing comes of it: the check of a flow says so. */
  readonly inert?: boolean;
}

const OPTIONS = new WeakMap<z.ZodType, PropertyOptions>();

/** Attaches options to a property's schema; they survive `.describe`, `.optional` and `.default` when applied last. */
export function property<Schema extends z.ZodType>(schema: Schema, options: PropertyOptions): Schema {
  const own = schema.meta(schema.meta() ?? {});
  OPTIONS.set(own, { ...OPTIONS.get(schema), ...options });
  return own;
}

/** The options of a property; looks through `optional` and `default`. */
export function optionsOf(schema: z.ZodType): PropertyOptions {
  for (let at: z.ZodType | undefined = schema; at; at = innerOf(at)) {
    const found = OPTIONS.get(at);
    if (found) return found;
  }
  return {};
}

const innerOf = (schema: z.ZodType): z.ZodType | undefined => (schema.def as { innerType?: z.ZodType }).innerType;

const ISO_DURATION =
  /^([+-])?P(?:(\d+(?:\.\d+)?)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/i;

/** An ISO-8601 duration of days to seconds (`P1DT2H`, `PT0.5S`) in ms; `undefined` when the text is none. */
export function parseDuration(text: string): number | undefined {
  const match = ISO_DURATION.exec(text.trim());
  if (!match || match.slice(2).every((part) => part === undefined)) return undefined;
  const [days, hours, minutes, seconds] = match.slice(2).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
  ];
  const ms = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
  return match[1] === '-' ? -ms : ms;
}

const fromText = (convert: (text: string) => unknown) => (value: unknown) =>
  typeof value === 'string' ? convert(value) : value;

/** JSON text to its value; text that is no JSON stays as it is and fails against the schema with its own message. */
const fromJson = fromText((text) => {
  const trimmed = text.trim();
  if (!/^[[{"]/.test(trimmed)) return text;
  try {
    return JSON.parse(trimmed) as unknown;
  } catch {
    return text;
  }
});
const toNumber = fromText((text) => (text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text));
const toBoolean = fromText((text) => ({ true: true, false: false })[text.trim().toLowerCase()] ?? text);
const toText = (value: unknown) =>
  typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint' ? String(value) : value;

/** What a duration becomes; the JSON schema knows it by this object. */
export const DURATION_MS = z.number({ error: 'must be an ISO-8601 duration, such as PT30S' });

const ONE_OR_MANY = new WeakMap<object, z.ZodType>();

/** The schema of one item, when this is the list of a `oneOrMany`. */
export const itemOfOneOrMany = (schema: object): z.ZodType | undefined => ONE_OR_MANY.get(schema);

function listOfOneOrMany<Item extends z.ZodType>(item: Item): z.ZodArray<Item> {
  const list = z.array(item);
  ONE_OR_MANY.set(list, item);
  return list;
}

export const s = {
  /** Text; numbers and booleans of the YAML become text. */
  string: () => z.preprocess(toText, z.string()),
  /** Text that must not be empty. */
  nonEmpty: () => z.preprocess(toText, z.string().min(1)),
  /** Text of a certain form; `message` completes "The property …: ". */
  pattern: (form: RegExp, message: string) => z.preprocess(toText, z.string().regex(form, message)),
  /** An address with a scheme. */
  url: () =>
    z.preprocess(
      toText,
      z.string().regex(/^[a-z][a-z0-9+.-]*:/i, 'must be an address with a scheme, such as https://'),
    ),
  int: () => z.preprocess(toNumber, z.number().int()),
  number: () => z.preprocess(toNumber, z.number()),
  boolean: () => z.preprocess(toBoolean, z.boolean()),
  /** ISO-8601 duration; the task receives ms. */
  duration: () =>
    z.preprocess((value) => (typeof value === 'string' ? (parseDuration(value) ?? value) : value), DURATION_MS),
  enum: <const Values extends readonly [string, ...string[]]>(values: Values) => z.preprocess(toText, z.enum(values)),
  list: <Item extends z.ZodType>(item: Item) => z.preprocess(fromJson, z.array(item)),
  /** One value or a list of them; the task receives a list. */
  oneOrMany: <Item extends z.ZodType>(item: Item) =>
    z.preprocess((value) => {
      const parsed = fromJson(value);
      return parsed === undefined || Array.isArray(parsed) ? parsed : [parsed];
    }, listOfOneOrMany(item)),
  record: <Item extends z.ZodType>(item: Item) => z.preprocess(fromJson, z.record(z.string(), item)),
  object: <Shape extends z.ZodRawShape>(shape: Shape) => z.preprocess(fromJson, z.strictObject(shape)),
  /** Any value. */
  json: () => z.json() as z.ZodType<Json>,
  union: <const Options extends readonly [z.ZodType, ...z.ZodType[]]>(options: Options) => z.union(options),
  literal: <const Value extends string | number | boolean>(value: Value) => z.literal(value),
  unknown: () => z.unknown(),
} as const;

export type { z };

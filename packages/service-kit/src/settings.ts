import { UserError } from './user-error.ts';

/** The environment as settings read it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** One setting: where it stands, what it means, and how its text becomes a value. */
export interface Setting<T> {
  readonly env: string;
  readonly describe: string;
  /** What the documentation shows as default; `undefined` when the setting must be given. */
  readonly defaultText: string | undefined;
  /** What values are allowed, in words. */
  readonly range: string;
  readonly fallback: { readonly value: T } | undefined;
  /** The value, or a sentence fragment saying what the text ought to be. */
  parse(text: string): { readonly value: T } | { readonly fault: string };
}

/** The typed object that a declaration reads into. */
export type SettingsOf<D> = { readonly [K in keyof D]: D[K] extends Setting<infer T> ? T : never };

interface Common<T> {
  readonly env: string;
  readonly describe: string;
  /** Left out: the setting must be given. */
  readonly default?: T;
}

/**
 * Reads every declared setting from the environment. An empty variable counts as not set.
 * @throws {UserError} SETTINGS_INVALID naming every fault at once.
 */
export function readSettings<D extends Record<string, Setting<unknown>>>(
  declaration: D,
  env: Environment = process.env,
): SettingsOf<D> {
  const faults: string[] = [];
  const entries = Object.entries(declaration).map(([key, setting]) => {
    const read = readOne(setting, env[setting.env]);
    if ('fault' in read) faults.push(`${setting.env} ${read.fault} (${setting.describe})`);
    return [key, 'value' in read ? read.value : undefined];
  });
  if (faults.length > 0)
    throw new UserError(
      'SETTINGS_INVALID',
      `${faults.length} of the settings cannot be used:\n  ${faults.join('\n  ')}`,
      {
        hint: 'Correct these environment variables and start again.',
        details: { faults },
      },
    );
  return Object.fromEntries(entries) as SettingsOf<D>;
}

/** A whole number within a range. */
export function integer(options: Common<number> & { readonly min?: number; readonly max?: number }): Setting<number> {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = options;
  const range =
    options.min === undefined && options.max === undefined ? 'a whole number' : `a whole number from ${min} to ${max}`;
  return setting(options, range, (text) => {
    const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? { value } : { fault: `must be ${range}` };
  });
}

/** Any text that is not empty, or one that matches. */
export function text(
  options: Common<string> & { readonly pattern?: RegExp; readonly shape?: string },
): Setting<string> {
  const { pattern, shape = 'text' } = options;
  return setting(options, shape, (value) =>
    !pattern || pattern.test(value) ? { value } : { fault: `must be ${shape}` },
  );
}

/** Text that may be missing. */
export function optionalText(options: Omit<Common<string>, 'default'>): Setting<string | undefined> {
  return {
    env: options.env,
    describe: options.describe,
    range: 'text',
    defaultText: '',
    fallback: { value: undefined },
    parse: (value) => ({ value }),
  };
}

/** Like `text`, but its value never appears in a message. */
export function secret(options: Common<string>): Setting<string> {
  return { ...text(options), defaultText: options.default === undefined ? undefined : '***' };
}

/** `true`, `false` and the usual spellings of them. */
export function flag(options: Common<boolean>): Setting<boolean> {
  return setting(options, 'true or false', (value) => {
    if (/^(true|yes|on|1)$/i.test(value)) return { value: true };
    if (/^(false|no|off|0)$/i.test(value)) return { value: false };
    return { fault: 'must be true or false' };
  });
}

/** One of a few words. */
export function choice<const T extends string>(options: Common<T> & { readonly of: readonly T[] }): Setting<T> {
  const range = `one of ${options.of.join(', ')}`;
  return setting(options, range, (value) => {
    const found = options.of.find((word) => word === value);
    return found === undefined ? { fault: `must be ${range}` } : { value: found };
  });
}

function setting<T>(
  { env, describe, default: fallback }: Common<T>,
  range: string,
  parse: Setting<T>['parse'],
): Setting<T> {
  return {
    env,
    describe,
    range,
    parse,
    defaultText: fallback === undefined ? undefined : String(fallback),
    fallback: fallback === undefined ? undefined : { value: fallback },
  };
}

function readOne(setting: Setting<unknown>, raw: string | undefined): { value: unknown } | { fault: string } {
  const given = raw?.trim();
  if (given) return setting.parse(given);
  return setting.fallback ?? { fault: `is not set; it must be ${setting.range}` };
}

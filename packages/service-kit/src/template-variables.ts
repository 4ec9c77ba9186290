import { UserError } from './user-error.ts';
import type { Environment } from './settings.ts';

/** Variables of the installation that every template sees. */
export interface TemplateVariables {
  /** From the setting `TUTTI_GLOBALS`, a JSON object: `{{ globals.team }}`. */
  readonly globals: Readonly<Record<string, unknown>>;
  /** Environment variables that begin with `ENV_`, without it and in lower case: `ENV_GREETING` is `{{ envs.greeting }}`. */
  readonly envs: Readonly<Record<string, string>>;
}

const PREFIX = 'ENV_';

/** @throws {UserError} SETTINGS_INVALID when `TUTTI_GLOBALS` holds no JSON object. */
export function readTemplateVariables(env: Environment): TemplateVariables {
  const envs = Object.entries(env).flatMap(([name, value]) =>
    name.startsWith(PREFIX) && value !== undefined ? [[name.slice(PREFIX.length).toLowerCase(), value]] : [],
  );
  return { globals: readGlobals(env['TUTTI_GLOBALS']), envs: Object.fromEntries(envs) as Record<string, string> };
}

function readGlobals(text: string | undefined): Readonly<Record<string, unknown>> {
  if (!text?.trim()) return {};
  const value = parsed(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new UserError('SETTINGS_INVALID', 'TUTTI_GLOBALS must be a JSON object (variables for all templates).', {
    hint: 'For example TUTTI_GLOBALS={"team":"data"}.',
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

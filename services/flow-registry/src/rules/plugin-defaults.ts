import type { Json } from '@tutti/contracts';
import { isValid, parsePluginDefaults, parseValue, type PluginDefault } from '@tutti/flow-model';
import { UserError } from '@tutti/service-kit';

/** @throws {UserError} PLUGIN_DEFAULTS_INVALID naming every fault. */
export function pluginDefaultsOf(source: Json): readonly PluginDefault[] {
  const { defaults, findings } = parsePluginDefaults(source);
  if (isValid(findings)) return defaults;
  throw invalid(findings.map(({ path, message }) => `${path}: ${message}`).join('\n'));
}

/** Those of the installation, from a setting that holds them as YAML or JSON. */
export function installationDefaults(text: string | undefined): readonly PluginDefault[] {
  if (text === undefined) return [];
  try {
    return pluginDefaultsOf(parseValue(text));
  } catch (cause) {
    throw cause instanceof SyntaxError ? invalid(cause.message) : cause;
  }
}

const invalid = (message: string): UserError =>
  new UserError('PLUGIN_DEFAULTS_INVALID', message, {
    hint: 'Write a list of maps with "type", "values" and, if they must win over the task, "forced: true".',
  });

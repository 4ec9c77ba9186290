import { Findings, pathText, type Finding } from './finding.ts';
import type { Json } from './json.ts';
import { Fields } from './read/fields.ts';
import { readPluginDefaults, type PluginDefault } from './read/plugin-defaults.ts';

/** Reads plugin defaults that stand outside a flow: those of a namespace or of the installation. */
export function parsePluginDefaults(source: Json): {
  readonly defaults: readonly PluginDefault[];
  readonly findings: readonly Finding[];
} {
  const findings = new Findings();
  const placed = readPluginDefaults(new Fields({ pluginDefaults: source }, [], findings));
  return {
    defaults: placed.map(({ type, values, forced }) => ({ type, values, forced })),
    findings: findings.all.map(({ severity, code, message, path }) => ({
      severity,
      code,
      message,
      path: pathText(path),
    })),
  };
}

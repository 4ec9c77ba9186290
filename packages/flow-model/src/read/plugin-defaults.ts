import { namesOf } from '../dialect/relocations.ts';
import type { Findings, Path } from '../finding.ts';
import { isJsonMap, type Json, type JsonMap } from '../json.ts';
import { Fields } from './fields.ts';

/** Values that tasks, triggers, conditions and task runners of a type have unless they say otherwise. */
export interface PluginDefault {
  /** A type, or the beginning of types up to a dot: `io.kestra.plugin.jdbc`. */
  readonly type: string;
  readonly values: JsonMap;
  /** The default wins over what the task says. */
  readonly forced: boolean;
}

/** A default as the reader uses it. */
export interface PlacedDefault extends PluginDefault {
  /** 0 the installation's, 1 the namespace's, 2 the flow's own: the higher wins. */
  readonly level: 0 | 1 | 2;
  /** Where its values stand in the flow; absent for those of the namespace and the installation. */
  readonly path?: Path;
  /** Set once something matched it; what never matches is worth a warning. */
  used?: boolean;
  readonly usedKeys: Set<string>;
}

export interface Defaulted {
  readonly data: JsonMap;
  readonly paths: ReadonlyMap<string, Path>;
}

export function readPluginDefaults(fields: Fields): PlacedDefault[] {
  const { findings } = fields;
  return (fields.list('pluginDefaults') ?? []).flatMap((entry, index) => {
    const path = [...fields.pathOf('pluginDefaults'), index];
    if (!isJsonMap(entry)) {
      findings.error(path, 'PLUGIN_DEFAULT_INVALID', 'A plugin default is a map with "type" and "values".');
      return [];
    }
    const own = new Fields(entry, path, findings);
    const type = own.requiredText('type', 'A plugin default');
    if (!own.has('values')) own.missing('values', 'A plugin default');
    const values = own.map('values') ?? {};
    const forced = own.flag('forced') ?? false;
    own.refuseRest('A plugin default', ['type', 'values', 'forced']);
    refuseNulls(values, [...path, 'values'], findings);
    return [{ level: 2 as const, type, values, forced, path: [...path, 'values'], usedKeys: new Set<string>() }];
  });
}

/** Defaults of the namespace or the installation, for a reader that also has the flow's own. */
export const placed = (level: 0 | 1, defaults: readonly PluginDefault[] = []): PlacedDefault[] =>
  defaults.map((entry) => ({ ...entry, level, usedKeys: new Set<string>() }));

function refuseNulls(values: JsonMap, path: Path, findings: Findings): void {
  for (const [key, value] of Object.entries(values))
    if (value === null) findings.error([...path, key], 'PLUGIN_DEFAULT_NULL', `No value provided for key "${key}".`);
}

/**
 * Puts the defaults of a type beneath (or, where forced, above) what was written. `names` are all names of the type;
 * among several defaults the flow's own win over the namespace's and those over the installation's, in one level the
 * longer type. Keys that the type does not have are left out.
 */
export function withDefaults(
  written: JsonMap,
  names: readonly string[],
  defaults: readonly PlacedDefault[],
  has: (key: string) => boolean,
): Defaulted {
  const matching = defaults.filter((entry) => matches(entry.type, names)).toSorted(byStrength);
  const paths = new Map<string, Path>();
  let beneath: JsonMap = {};
  let above: JsonMap = {};
  for (const entry of matching) {
    entry.used = true;
    const values = Object.fromEntries(Object.entries(entry.values).filter(([key]) => has(key)));
    for (const key of Object.keys(values)) {
      entry.usedKeys.add(key);
      if (entry.path && (entry.forced || written[key] === undefined)) paths.set(key, [...entry.path, key]);
    }
    if (entry.forced) above = merge(above, values);
    else beneath = merge(beneath, values);
  }
  return { data: merge(merge(beneath, written), above), paths };
}

function matches(type: string, names: readonly string[]): boolean {
  return namesOf(type).some((wanted) => names.some((name) => name === wanted || name.startsWith(`${wanted}.`)));
}

const byStrength = (left: PlacedDefault, right: PlacedDefault): number =>
  left.level - right.level || left.type.length - right.type.length;

/** The properties with the defaults of their task runner's exact type: a package says nothing about runners in it. */
export function runnerWithDefaults(properties: JsonMap, defaults: readonly PlacedDefault[]): JsonMap {
  const runner = properties['taskRunner'];
  if (!isJsonMap(runner) || typeof runner['type'] !== 'string') return properties;
  const names = namesOf(runner['type']);
  const exact = defaults.filter(({ type }) => namesOf(type).some((name) => names.includes(name)));
  return { ...properties, taskRunner: withDefaults(runner, names, exact, () => true).data };
}

/** Maps are merged to any depth; everything else is taken from `over`. */
export function merge(under: JsonMap, over: JsonMap): JsonMap {
  const merged: Record<string, Json | undefined> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isJsonMap(below) && isJsonMap(value) ? merge(below, value) : value;
  }
  return merged;
}

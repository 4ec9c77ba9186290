import type { TypeInfo } from '../catalogue.ts';
import type { Findings, Path } from '../finding.ts';
import type { Json, JsonMap } from '../json.ts';
import { applies, concerns, type Rename, type Scope } from './dialect.ts';
import { legacy } from './legacy.ts';
import { versionOne } from './version-one.ts';
import { versionTwo } from './version-two.ts';

const DIALECTS = [legacy, versionOne, versionTwo] as const;

export interface Modernised {
  readonly data: JsonMap;
  /** Where a renamed property stands in the source. */
  readonly paths: ReadonlyMap<string, Path>;
}

/** Gives the properties of a map their canonical names, whichever dialects they come from; a newer name wins. */
export function modernise(
  scope: Scope,
  source: JsonMap,
  path: Path,
  findings: Findings,
  type?: TypeInfo,
  from: ReadonlyMap<string, Path> = new Map(),
): Modernised {
  const data: Record<string, Json | undefined> = { ...source };
  const paths = new Map(from);
  for (const rename of renamesOf(scope, type)) {
    if (!concerns(rename, source, type)) continue;
    const at = from.get(rename.from) ?? [...path, rename.from];
    if (rename.severity && rename.from in data) say(rename, at, findings);
    if (!applies(rename, source, type)) continue;
    delete data[rename.from];
    const value = rename.convert ? rename.convert(source[rename.from]!, source) : source[rename.from];
    if (value === undefined) continue;
    if (data[rename.to] !== undefined) {
      if (isGiven(rename, source)) sayIgnored(rename, at, findings);
      continue;
    }
    data[rename.to] = value;
    paths.set(rename.to, at);
  }
  return { data, paths };
}

/** Every rename of a scope: older names of the type's own properties, then those of the dialects. */
export function renamesOf(scope: Scope, type: TypeInfo | undefined): readonly Rename[] {
  return [...typeAliases(type), ...DIALECTS.flatMap(({ renames }) => renames[scope] ?? [])];
}

/** The names that would be renamed in a map of this type. */
export function olderNames(scope: Scope, type: TypeInfo | undefined): ReadonlySet<string> {
  return new Set(
    renamesOf(scope, type)
      .filter((rename) => applies(rename, { [rename.from]: true }, type))
      .map(({ from }) => from),
  );
}

/** Older names that the declaration of a type lists for its own properties. */
function typeAliases(type: TypeInfo | undefined): Rename[] {
  return Object.entries(type?.properties ?? {}).flatMap(([to, { aliases = [] }]) =>
    aliases.map((from) => ({ from, to, severity: 'WARNING' as const })),
  );
}

/** Whether both names stand in the source; one name may have become several properties. */
const isGiven = ({ to, convert }: Rename, source: JsonMap): boolean => !convert && source[to] !== undefined;

function sayIgnored({ from, to }: Rename, path: Path, findings: Findings): void {
  findings.warning(path, 'PROPERTY_IGNORED', `"${from}" has no effect beside "${to}", which means the same.`, { onKey: true }); // prettier-ignore
}

function say({ severity, from, to, newer }: Rename, path: Path, findings: Findings): void {
  const options = { hint: `Write "${newer ?? to}".`, onKey: true };
  findings.add(severity ?? 'INFO', path, 'PROPERTY_RENAMED', `"${from}" is replaced by "${newer ?? to}".`, options);
}

import type { Catalogue, TaskTypeInfo, TypeInfo } from '../catalogue.ts';
import { namesOf, relocated } from '../dialect/relocations.ts';
import type { Findings, Path } from '../finding.ts';
import { didYouMean } from '../nearest.ts';

/** Where types of one sort are looked up. */
interface TypeLookup<Info> {
  /** For messages. */
  readonly what: string;
  readonly find: (name: string) => Info | undefined;
  readonly names: () => readonly string[];
}

export const taskLookup = (catalogue: Catalogue): TypeLookup<TaskTypeInfo> => ({
  what: 'task',
  find: (name) => catalogue.task(name),
  names: () => catalogue.taskTypes(),
});

export const triggerLookup = (catalogue: Catalogue): TypeLookup<TypeInfo> => ({
  what: 'trigger',
  find: (name) => catalogue.trigger(name),
  names: () => catalogue.triggerTypes(),
});

/** Finds a type under any of its names; a name that was replaced, and one that nobody has, are reported. */
export function resolveType<Info extends TypeInfo>(
  written: string,
  { what, find, names }: TypeLookup<Info>,
  path: Path,
  findings: Findings,
): Info | undefined {
  const found = firstOf(namesOf(written), find);
  if (!found) {
    findings.error(path, 'TYPE_UNKNOWN', `There is no ${what} of type "${written}".`, { hint: didYouMean(written, names()) }); // prettier-ignore
    return undefined;
  }
  const newer = relocated(written);
  if (newer !== undefined) findings.info(path, 'TYPE_RENAMED', `${written} is replaced by ${newer}`);
  else if (found.deprecated) findings.warning(path, 'TYPE_DEPRECATED', `${written} is deprecated; use ${found.deprecated}.`); // prettier-ignore
  return found;
}

/** Every name a type goes by, for plugin defaults that name it or a package of it. */
export function allNames(written: string, info: TypeInfo): readonly string[] {
  return [...new Set([written, info.type, ...info.aliases].flatMap(namesOf))];
}

function firstOf<Info>(names: readonly string[], find: (name: string) => Info | undefined): Info | undefined {
  for (const name of names) {
    const info = find(name);
    if (info !== undefined) return info;
  }
  return undefined;
}

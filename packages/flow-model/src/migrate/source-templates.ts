import type { Path } from '../finding.ts';
import { isJsonList, isJsonMap, type Json } from '../json.ts';
import { isTemplate } from '../template-text.ts';

/** Texts for people, which nobody renders. */
const PROSE: ReadonlySet<string> = new Set(['description', 'displayName']);

/** Every template in a part of the source, with its place; `skip` leaves parts out. */
export function* sourceTemplates(
  source: Json | undefined,
  path: Path,
  skip: (path: Path) => boolean = () => false,
): Generator<{ readonly template: string; readonly path: Path }> {
  if (typeof source === 'string') {
    if (isTemplate(source)) yield { template: source, path };
  } else if (isJsonList(source)) {
    for (const [index, item] of source.entries())
      if (!skip([...path, index])) yield* sourceTemplates(item, [...path, index], skip);
  } else if (isJsonMap(source))
    for (const [key, item] of Object.entries(source))
      if (!PROSE.has(key) && !skip([...path, key])) yield* sourceTemplates(item, [...path, key], skip);
}

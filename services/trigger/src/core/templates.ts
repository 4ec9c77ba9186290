import type { Json, JsonMap } from '@tutti/contracts';

/** Rendering as the core needs it: at once, without I/O. A template that needs I/O is an error. */
export interface Templates {
  /** A lone expression keeps its type. */
  render(template: string, variables: JsonMap): Json;
  /** Truth as in `runIf`. */
  test(condition: string, variables: JsonMap): boolean;
}

/** Renders every text in a value. */
export function renderAll(templates: Templates, value: Json, variables: JsonMap): Json {
  if (typeof value === 'string') return templates.render(value, variables);
  if (Array.isArray(value)) return value.map((each: Json) => renderAll(templates, each, variables));
  return typeof value === 'object' && value !== null ? renderMap(templates, value as JsonMap, variables) : value;
}

/** Renders every text in a map, not its keys. */
export function renderMap(templates: Templates, map: JsonMap, variables: JsonMap): JsonMap {
  return Object.fromEntries(
    Object.entries(map).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, renderAll(templates, value, variables)]],
    ),
  );
}

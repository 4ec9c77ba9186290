import type { TaskTypeInfo } from '../catalogue.ts';
import type { TaskDefinition } from '../flow.ts';
import { isJsonList, isJsonMap, type Json, type JsonMap } from '../json.ts';
import type { Fields } from './fields.ts';
import type { Path } from '../finding.ts';

/** Lists of children that every control task has, whether its declaration says so or not. */
const COMMON_CHILDREN = ['errors', 'finally'];

type Children = NonNullable<TaskDefinition['children']>;
type ReadTasks = (source: Json | undefined, path: Path) => TaskDefinition[];

/** Separates a control task's lists of children from its other properties and reads them. */
export function readChildren(
  source: JsonMap,
  info: TaskTypeInfo | undefined,
  fields: Fields,
  readTasks: ReadTasks,
): { children: Children | undefined; properties: JsonMap } {
  const children: Record<string, readonly TaskDefinition[]> = {};
  const properties: Record<string, Json | undefined> = {};
  for (const [name, value] of Object.entries(source))
    if (holdsTasks(name, value, info)) Object.assign(children, readList(name, value, fields.pathOf(name), readTasks));
    else properties[name] = value;
  return { children: Object.keys(children).length > 0 ? children : undefined, properties };
}

/** Of a type that nobody knows, whatever looks like a list of tasks is read as one, so that its faults are found too. */
function holdsTasks(name: string, value: Json | undefined, info: TaskTypeInfo | undefined): boolean {
  if (!info) return isJsonList(value) && value.some((item) => isJsonMap(item) && typeof item['type'] === 'string');
  return info.properties[name]?.children === true || isCommonChildren(name, info);
}

/** Whether a property is a list of children though the declaration of the control task does not name it. */
export function isCommonChildren(name: string, info: TaskTypeInfo): boolean {
  return info.kind === 'control' && COMMON_CHILDREN.includes(name) && !(name in info.properties);
}

/** One list under its own name, or those of a map (`cases` of a Switch) under `cases.<key>`. */
function readList(name: string, value: Json | undefined, path: Path, readTasks: ReadTasks): Children {
  if (!isJsonMap(value) || typeof value['type'] === 'string') return { [name]: readTasks(value, path) };
  return Object.fromEntries(
    Object.entries(value).map(([key, tasks]) => [`${name}.${key}`, readTasks(tasks, [...path, key])]),
  );
}

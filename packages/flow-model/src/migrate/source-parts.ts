import type { Catalogue, TypeInfo } from '../catalogue.ts';
import type { Scope } from '../dialect/dialect.ts';
import { namesOf } from '../dialect/relocations.ts';
import type { Path } from '../finding.ts';
import { isJsonList, isJsonMap, type Json, type JsonMap } from '../json.ts';

/** A map of the source that the renames of one scope concern. */
export interface SourcePart {
  readonly scope: Scope | 'condition' | 'pluginDefault';
  readonly path: Path;
  readonly data: JsonMap;
  readonly type?: TypeInfo;
}

/** Where tasks that wait for people declare what these fill in. */
const FORMS = ['onResume', 'inputs'];

/** Every part of a flow as it is written: the flow, its tasks to any depth, triggers, conditions, inputs, checks, retries. */
export function* sourceParts(flow: JsonMap, catalogue: Catalogue): Generator<SourcePart> {
  yield { scope: 'flow', path: [], data: flow };
  yield* retryOf(flow, []);
  for (const [name, scope] of [
    ['inputs', 'input'],
    ['checks', 'check'],
    ['pluginDefaults', 'pluginDefault'],
    ['taskDefaults', 'pluginDefault'],
  ] as const)
    // prettier-ignore
    for (const [path, data] of mapsIn(flow[name], [name])) yield { scope, path, data };
  for (const [path, data] of mapsIn(flow['triggers'], ['triggers'])) yield* triggerParts(path, data, catalogue);
  for (const name of ['tasks', 'errors', 'finally', 'afterExecution']) yield* taskParts(flow[name], [name], catalogue);
  for (const [path, data] of mapsIn(flow['listeners'], ['listeners'])) {
    yield* conditionParts(data['conditions'], [...path, 'conditions']);
    yield* taskParts(data['tasks'], [...path, 'tasks'], catalogue);
  }
}

function* triggerParts(path: Path, data: JsonMap, catalogue: Catalogue): Generator<SourcePart> {
  const type = typeOf(data, (name) => catalogue.trigger(name));
  yield { scope: 'trigger', path, data, ...(type && { type }) };
  for (const name of ['conditions', 'scheduleConditions']) yield* conditionParts(data[name], [...path, name]);
}

function* conditionParts(source: Json | undefined, at: Path): Generator<SourcePart> {
  for (const [path, data] of mapsIn(source, at)) {
    yield { scope: 'condition', path, data };
    yield* conditionParts(data['conditions'], [...path, 'conditions']);
  }
}

/** Tasks wherever they stand in a value: in lists, in the cases of a Switch, in the entries of a Dag. */
function* taskParts(source: Json | undefined, at: Path, catalogue: Catalogue): Generator<SourcePart> {
  if (isJsonList(source)) {
    for (const [index, item] of source.entries()) yield* taskParts(item, [...at, index], catalogue);
    return;
  }
  if (!isJsonMap(source) || isInput(source)) return;
  if (typeof source['type'] !== 'string' || typeof source['id'] !== 'string') {
    for (const [name, value] of Object.entries(source)) yield* taskParts(value, [...at, name], catalogue);
    return;
  }
  const type = typeOf(source, (name) => catalogue.task(name));
  yield { scope: 'task', path: at, data: source, ...(type && { type }) };
  yield* retryOf(source, at);
  for (const name of FORMS) for (const [path, data] of mapsIn(source[name], [...at, name])) if (isInput(data)) yield { scope: 'input', path, data }; // prettier-ignore
  for (const [name, value] of Object.entries(source))
    if (isJsonList(value) || name === 'cases') yield* taskParts(value, [...at, name], catalogue);
}

/** An input has a type in capitals; tasks have dotted ones. */
const isInput = ({ type }: JsonMap): boolean => typeof type === 'string' && /^[A-Z_]+$/.test(type);

function* retryOf(source: JsonMap, at: Path): Generator<SourcePart> {
  const { retry } = source;
  if (isJsonMap(retry)) yield { scope: 'retry', path: [...at, 'retry'], data: retry };
}

function* mapsIn(source: Json | undefined, at: Path): Generator<[Path, JsonMap]> {
  if (!isJsonList(source)) return;
  for (const [index, item] of source.entries()) if (isJsonMap(item)) yield [[...at, index], item];
}

function typeOf(data: JsonMap, find: (name: string) => TypeInfo | undefined): TypeInfo | undefined {
  if (typeof data['type'] !== 'string') return undefined;
  for (const name of namesOf(data['type'])) {
    const info = find(name);
    if (info) return info;
  }
  return undefined;
}

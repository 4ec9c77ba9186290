import { defined } from '../defined.ts';
import { modernise, olderNames } from '../dialect/modernise.ts';
import type { Path } from '../finding.ts';
import type { TriggerDefinition } from '../flow.ts';
import { isJsonMap, type Json } from '../json.ts';
import { checkProperties } from './check-properties.ts';
import { Fields } from './fields.ts';
import { withDefaults } from './plugin-defaults.ts';
import { readConditions } from './read-condition.ts';
import { readLabels } from './read-labels.ts';
import { readId } from './read-task.ts';
import type { Reader } from './reader.ts';
import { allNames, resolveType, triggerLookup } from './resolve-type.ts';

/** Properties every trigger has, besides those of its type. */
export const TRIGGER_PROPERTIES: readonly string[] = [
  'id', 'type', 'description', 'disabled', 'inputs', 'labels', 'conditions', 'when', 'stopAfter', 'allowConcurrent',
  'logLevel', 'logToFile', 'failOnTriggerError', 'workerGroup',
]; // prettier-ignore

/** Known, but nothing comes of them: a trigger has no log of its own and runs in no worker group. */
const IGNORED = ['logLevel', 'logToFile', 'failOnTriggerError', 'workerGroup', 'workerSelector'];

export function readTriggers(source: readonly Json[] | undefined, path: Path, reader: Reader): TriggerDefinition[] {
  return (source ?? []).flatMap((item, index) => {
    const at = [...path, index];
    if (isJsonMap(item)) return [readTrigger(item, at, reader)];
    reader.findings.error(at, 'TRIGGER_INVALID', 'A trigger is a map with "id" and "type".');
    return [];
  });
}

function readTrigger(
  source: Readonly<Record<string, Json | undefined>>,
  path: Path,
  reader: Reader,
): TriggerDefinition {
  const { catalogue, findings } = reader;
  const written = typeof source['type'] === 'string' ? source['type'] : '';
  const info = written === '' ? undefined : resolveType(written, triggerLookup(catalogue), [...path, 'type'], findings);
  const older = olderNames('trigger', info);
  const has = (key: string): boolean => (info && key in info.properties) || older.has(key) || TRIGGER_PROPERTIES.slice(2).includes(key); // prettier-ignore
  const merged = info
    ? withDefaults(source, allNames(written, info), reader.defaults, has)
    : { data: source, paths: new Map() };
  const { data, paths } = modernise('trigger', merged.data, path, findings, info, merged.paths);
  const fields = new Fields(data, path, findings, paths);
  const id = readId(fields, 'A trigger');
  if (!fields.take('type')) fields.missing('type', `The trigger "${id}"`);

  const common = readCommon(fields, reader);
  const properties = fields.rest();
  if (info)
    checkProperties({ of: `The trigger "${id}"`, written, info, common: TRIGGER_PROPERTIES }, properties, fields);
  const typeAsWritten = info && info.type !== written ? written : undefined;
  const trigger = defined<TriggerDefinition>({ id, type: info?.type ?? written, typeAsWritten, ...common, properties });
  reader.origins.set(trigger, path, paths);
  return trigger;
}

function readCommon(fields: Fields, reader: Reader) {
  const conditionsPath = fields.pathOf('conditions');
  const labelsPath = fields.pathOf('labels');
  fields.ignore(IGNORED);
  const labels = fields.take('labels');
  const conditions = fields.list('conditions');
  return {
    description: fields.text('description'),
    disabled: fields.flag('disabled'),
    inputs: fields.map('inputs'),
    labels: labels === undefined ? undefined : readLabels(labels, labelsPath, reader.findings),
    conditions: conditions && readConditions(conditions, conditionsPath, reader),
    when: fields.text('when'),
    stopAfter: fields.texts('stopAfter'),
    allowConcurrent: fields.flag('allowConcurrent'),
  };
}

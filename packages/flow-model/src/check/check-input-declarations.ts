import type { InputDeclaration } from '../flow.ts';
import { isJsonList, type Json } from '../json.ts';
import { didYouMean } from '../nearest.ts';
import { InputFault } from '../inputs/input-fault.ts';
import { patternOf } from '../inputs/pattern.ts';
import { schemaOfInput } from '../inputs/schema-of-input.ts';
import { INPUT_TYPES } from '../read/read-input.ts';
import { checkInputValues } from './check-input-values.ts';
import { findCycle } from './check-tasks.ts';
import type { Checked } from './checked.ts';

/** Where faults go, and where the inputs stand. */
type Reporting = Pick<Checked, 'findings' | 'origins'>;

/** What the declarations of inputs must keep to, each by itself and among one another. */
export function checkInputDeclarations(inputs: readonly InputDeclaration[], checked: Reporting): void {
  for (const input of inputs) {
    checkItemType(input, checked);
    checkChoice(input, checked);
    checkValidator(input, checked);
    checkJsonSchema(input, checked);
    checkRange(input, checked);
    checkInputValues(input, checked);
  }
  checkDependencies(inputs, checked);
}

function checkItemType(input: InputDeclaration, { findings, origins }: Reporting): void {
  const { itemType } = input.properties;
  const path = origins.property(input, 'itemType');
  if (input.type === 'ARRAY' && itemType === undefined)
    findings.error(path, 'PROPERTY_MISSING', `The input "${input.id}" of type ARRAY needs "itemType".`);
  if (itemType === undefined) return;
  const types = Object.keys(INPUT_TYPES).filter((type) => type !== 'ARRAY');
  if (typeof itemType !== 'string' || !types.includes(itemType))
    findings.error(path, 'PROPERTY_INVALID', `"itemType" must be one of ${types.join(', ')}.`, { hint: didYouMean(JSON.stringify(itemType), types) }); // prettier-ignore
}

function checkChoice(input: InputDeclaration, { findings, origins }: Reporting): void {
  if (!['SELECT', 'MULTISELECT', 'ENUM'].includes(input.type)) return;
  const { values, expression } = input.properties;
  if (values === undefined && expression === undefined)
    findings.error(origins.property(input, 'values'), 'PROPERTY_MISSING', `The input "${input.id}" needs "values" or "expression".`); // prettier-ignore
  if (values !== undefined && !isJsonList(values))
    findings.error(origins.property(input, 'values'), 'PROPERTY_INVALID', '"values" must be a list.');
  if (values !== undefined && expression !== undefined)
    findings.error(origins.property(input, 'expression'), 'PROPERTY_INVALID', 'Only one of "values" and "expression" can be given.'); // prettier-ignore
}

function checkValidator(input: InputDeclaration, { findings, origins }: Reporting): void {
  const { validator } = input.properties;
  if (typeof validator !== 'string') return;
  try {
    patternOf(validator);
  } catch (cause) {
    findings.error(origins.property(input, 'validator'), 'PATTERN_INVALID', `"validator" is no regular expression: ${(cause as Error).message}.`); // prettier-ignore
  }
}

function checkJsonSchema(input: InputDeclaration, { findings, origins }: Reporting): void {
  const { jsonSchema } = input.properties;
  if (jsonSchema === undefined || jsonSchema === null) return;
  try {
    schemaOfInput(jsonSchema);
  } catch (error) {
    if (!(error instanceof InputFault)) throw error;
    findings.error(origins.property(input, 'jsonSchema'), 'PROPERTY_INVALID', `"jsonSchema": ${error.message}.`);
  }
}

function checkRange(input: InputDeclaration, { findings, origins }: Reporting): void {
  for (const [low, high] of [
    ['min', 'max'],
    ['after', 'before'],
  ] as const) {
    const [from, to] = [comparable(input.properties[low]), comparable(input.properties[high])];
    if (from !== undefined && to !== undefined && typeof from === typeof to && from > to)
      findings.error(origins.property(input, low), 'PROPERTY_INVALID', `"${low}" must not be greater than "${high}".`);
  }
}

const comparable = (value: Json | undefined) => (typeof value === 'number' ? value : undefined);

/** Dependencies must be inputs, and no input may wait for itself by way of others. */
function checkDependencies(inputs: readonly InputDeclaration[], { findings, origins }: Reporting): void {
  const byId = new Map(inputs.map((input) => [input.id, input]));
  for (const input of inputs)
    for (const [index, id] of (input.dependsOn?.inputs ?? []).entries()) {
      if (byId.has(id)) continue;
      const path = [...origins.property(input, 'dependsOn'), 'inputs', index];
      const hint = didYouMean(id, byId.keys());
      findings.error(path, 'INPUT_UNKNOWN', `The input "${input.id}" depends on "${id}", which is no input.`, { hint });
    }
  const cycle = findCycle(byId.keys(), (id) => byId.get(id)?.dependsOn?.inputs ?? []);
  if (cycle)
    findings.error(origins.property(byId.get(cycle[0]!)!, 'dependsOn'), 'INPUT_CYCLE', `These inputs depend on one another: ${cycle.join(' -> ')}.`); // prettier-ignore
}

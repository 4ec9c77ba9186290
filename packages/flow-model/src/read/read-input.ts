import { modernise } from '../dialect/modernise.ts';
import { defined } from '../defined.ts';
import type { Path } from '../finding.ts';
import type { InputDeclaration, InputType, OutputDeclaration } from '../flow.ts';
import { isJsonList, isJsonMap, type Json, type JsonMap } from '../json.ts';
import { Fields } from './fields.ts';
import type { Reader } from './reader.ts';

/** Where faults go, and where places are kept. */
type Reporting = Pick<Reader, 'findings' | 'origins'>;

const COMMON = ['id', 'type', 'displayName', 'description', 'required', 'defaults', 'prefill', 'dependsOn'];
const CHOICE = ['values', 'expression', 'allowCustomValue', 'isRadio', 'autoSelectFirst'];
const RANGE = ['min', 'max'];
const PERIOD = ['after', 'before'];

/** Input types with the properties of their own. */
export const INPUT_TYPES: Readonly<Record<InputType, readonly string[]>> = {
  STRING: ['validator'],
  SELECT: CHOICE,
  ENUM: CHOICE,
  MULTISELECT: [...CHOICE, 'itemType'],
  INT: RANGE,
  FLOAT: RANGE,
  BOOLEAN: [],
  BOOL: [],
  DATETIME: PERIOD,
  DATE: PERIOD,
  TIME: PERIOD,
  DURATION: RANGE,
  FILE: ['extension', 'allowedFileExtensions', 'accept'],
  JSON: ['jsonSchema'],
  YAML: [],
  URI: [],
  SECRET: ['validator'],
  ARRAY: ['itemType'],
  EMAIL: [],
  ION: [],
};
const TYPES = Object.keys(INPUT_TYPES) as InputType[];
/** What groups inputs: its own are read as inputs of the flow. */
const FORM = 'FORM';
/** Known, but nothing comes of it. */
const INERT = ['extension'];
const OF_FORM = ['id', 'type', 'displayName', 'description', 'dependsOn', 'inputs'];

const INPUT_ID = /^[a-zA-Z0-9][.a-zA-Z0-9_-]*$/;

export function readInputs(source: readonly Json[] | undefined, path: Path, reader: Reporting): InputDeclaration[] {
  return (source ?? []).flatMap((item, index) => readItem(item, [...path, index], reader));
}

function readItem(item: Json, at: Path, reader: Reporting): InputDeclaration[] {
  if (isJsonMap(item)) return item['type'] === FORM ? readForm(item, at, reader) : readInput(item, at, reader);
  reader.findings.error(at, 'INPUT_INVALID', 'An input is a map with "id" and "type".');
  return [];
}

/** The inputs of a form, under its id: `form.name`. They are asked for when the form is. */
function readForm(source: JsonMap, path: Path, reader: Reporting): InputDeclaration[] {
  const fields = new Fields(source, path, reader.findings);
  fields.take('type');
  const id = readInputId(fields);
  const form = defined<NonNullable<InputDeclaration['form']>>({
    id,
    displayName: fields.text('displayName'),
    description: fields.text('description'),
  });
  const dependsOn = readDependsOn(fields);
  const items = fields.list('inputs');
  if (!items) fields.missing('inputs', `The form "${id}"`);
  fields.refuseRest('A form', OF_FORM);
  return (items ?? []).flatMap((item, index) => {
    const at = [...path, 'inputs', index];
    if (isJsonMap(item) && item['type'] === FORM) {
      reader.findings.error([...at, 'type'], 'PROPERTY_INVALID', 'A form cannot stand in a form.');
      return [];
    }
    return readItem(item, at, reader).map((input) => {
      const inForm = { ...input, id: `${id}.${input.id}`, form, ...both(dependsOn, input, reader) };
      reader.origins.copy(input, inForm);
      return inForm;
    });
  });
}

/** What an input depends on beside what its form does. */
function both(form: InputDeclaration['dependsOn'], input: InputDeclaration, { findings, origins }: Reporting) {
  const own = input.dependsOn;
  if (!form) return {};
  if (form.condition !== undefined && own?.condition !== undefined)
    findings.error([...origins.property(input, 'dependsOn'), 'condition'], 'PROPERTY_INVALID', 'Its form has a condition already.', { hint: 'Write both in one of the two.' }); // prettier-ignore
  const condition = form.condition ?? own?.condition;
  return { dependsOn: { inputs: [...form.inputs, ...(own?.inputs ?? [])], ...(condition !== undefined && { condition }) } }; // prettier-ignore
}

function readInput(source: JsonMap, path: Path, reader: Reporting): InputDeclaration[] {
  const { data, paths } = modernise('input', source, path, reader.findings);
  const fields = new Fields(data, path, reader.findings, paths);
  const id = readInputId(fields);
  const type = readType(fields, `The input "${id}"`);
  const common = {
    displayName: fields.text('displayName'),
    description: fields.text('description'),
    required: fields.flag('required') ?? true,
    defaults: fields.take('defaults'),
    prefill: fields.take('prefill'),
    dependsOn: readDependsOn(fields),
  };
  if (!type) return [];
  const known = INPUT_TYPES[type];
  const properties = fields.rest();
  for (const name of Object.keys(properties))
    if (!known.includes(name)) fields.unknown(name, `An input of type ${type}`, [...COMMON, ...known]);
    else if (INERT.includes(name)) fields.warnOfIgnored(name);
  const input = defined<InputDeclaration>({
    id,
    type,
    ...common,
    properties: { ...properties, ...readChoices(fields) },
  });
  reader.origins.set(input, path, paths);
  return [input];
}

/** Choices may have words of their own, `{label, value}`: the values are what counts. */
function readChoices(fields: Fields): JsonMap {
  const values = fields.take('values');
  if (!isJsonList(values) || !values.some(isJsonMap)) return values === undefined ? {} : { values };
  const labels: Record<string, Json> = {};
  const plain = values.flatMap((item, index) => {
    if (!isJsonMap(item)) return [item];
    const { label, value } = item;
    if (value === undefined || value === null || typeof value === 'object') {
      fields.findings.error([...fields.pathOf('values'), index], 'PROPERTY_INVALID', 'A choice is a text, or a map with "label" and "value".'); // prettier-ignore
      return [];
    }
    if (label !== undefined && label !== null) labels[String(value)] = label;
    return [value];
  });
  return { values: plain, labels };
}

function readInputId(fields: Fields): string {
  const id = fields.requiredText('id', 'An input');
  if (id !== '' && !INPUT_ID.test(id))
    fields.findings.error(fields.pathOf('id'), 'ID_INVALID', `The id "${id}" may hold letters, digits, ".", "_" and "-", and begins with a letter or digit.`); // prettier-ignore
  return id;
}

function readType(fields: Fields, of: string): InputType | undefined {
  if (!fields.has('type')) fields.missing('type', of);
  return fields.oneOf('type', TYPES);
}

function readDependsOn(parent: Fields): InputDeclaration['dependsOn'] | undefined {
  const path = parent.pathOf('dependsOn');
  const source = parent.map('dependsOn');
  if (!source) return undefined;
  const fields = new Fields(source, path, parent.findings);
  const dependsOn = defined<NonNullable<InputDeclaration['dependsOn']>>({
    inputs: fields.texts('inputs') ?? [],
    condition: fields.text('condition') ?? fields.text('when'),
  });
  fields.refuseRest('"dependsOn"', ['inputs', 'condition']);
  return dependsOn;
}

export function readOutputs(source: readonly Json[] | undefined, path: Path, reader: Reporting): OutputDeclaration[] {
  return (source ?? []).flatMap((item, index) => {
    const at = [...path, index];
    if (isJsonMap(item)) return readOutput(item, at, reader);
    reader.findings.error(at, 'OUTPUT_INVALID', 'An output is a map with "id", "type" and "value".');
    return [];
  });
}

function readOutput(source: JsonMap, path: Path, reader: Reporting): OutputDeclaration[] {
  const fields = new Fields(source, path, reader.findings);
  const id = readInputId(fields);
  const type = readType(fields, `The output "${id}"`);
  const value = fields.take('value');
  if (value === undefined) fields.missing('value', `The output "${id}"`);
  const displayName = fields.text('displayName');
  const description = fields.text('description');
  const required = fields.flag('required') ?? true;
  fields.refuseRest('An output', ['id', 'type', 'value', 'displayName', 'description', 'required']);
  if (!type || value === undefined) return [];
  const output = defined<OutputDeclaration>({ id, type, value, displayName, description, required });
  reader.origins.set(output, path);
  return [output];
}

import { convertValue } from '../inputs/convert-value.ts';
import { InputFault } from '../inputs/input-fault.ts';
import { validateValue } from '../inputs/validate-value.ts';
import { date, instant, seconds, timeOfDay } from '../inputs/times.ts';
import type { InputDeclaration, InputType } from '../flow.ts';
import { isJsonList, isJsonMap, type Json } from '../json.ts';
import { holdsTemplate } from '../references.ts';
import type { Checked } from './checked.ts';

type Reporting = Pick<Checked, 'findings' | 'origins'>;
type ReadBound = (value: Json) => unknown;

const number: ReadBound = (value) => {
  if (!Number.isFinite(typeof value === 'string' ? Number(value || 'none') : value))
    throw new InputFault(`${JSON.stringify(value)} is no number`);
};
const text =
  (read: (value: string) => unknown): ReadBound =>
  (value) =>
    read(typeof value === 'string' ? value : JSON.stringify(value));

/** How the bounds of a type are read. */
const BOUNDS: Partial<Record<InputType, ReadBound>> = {
  INT: number,
  FLOAT: number,
  DURATION: seconds,
  DATE: text(date),
  DATETIME: text(instant),
  TIME: text(timeOfDay),
};

/** The bounds and the default of an input must have its type: each execution would be refused otherwise. */
export function checkInputValues(input: InputDeclaration, { findings, origins }: Reporting): void {
  const { type, properties, defaults } = input;
  const read = BOUNDS[type];
  for (const name of read ? ['min', 'max', 'after', 'before'] : []) {
    const fault = properties[name] === undefined ? undefined : faultOf(() => read!(properties[name]!));
    if (fault !== undefined) findings.error(origins.property(input, name), 'PROPERTY_INVALID', `"${name}": ${fault}.`);
  }
  if (defaults === undefined || defaults === null || defaults === '' || holdsTemplate(defaults) || type === 'ION')
    return;
  const fault = faultOf(() => checkDefault(input, defaults));
  if (fault !== undefined)
    findings.warning(
      origins.property(input, 'defaults'),
      'INPUT_DEFAULT_INVALID',
      `The default of the input "${input.id}" does not fit: ${fault}.`,
    );
}

function checkDefault(input: InputDeclaration, defaults: Json): void {
  const { type, properties } = input;
  const { values, itemType } = properties;
  if (type === 'YAML' || type === 'JSON') return void (isJsonMap(defaults) || convertValue(type, defaults));
  const value = convertValue(type, defaults, itemType as InputType | undefined);
  validateValue(input, value, isJsonList(values) ? values : undefined);
}

/** What is wrong, in words; bounds that cannot be read have been reported. */
function faultOf(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    return error instanceof InputFault ? error.message : undefined;
  }
}

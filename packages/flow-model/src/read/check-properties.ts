import type { PropertyFault, TypeInfo } from '../catalogue.ts';
import { isLegacyType } from '../dialect/relocations.ts';
import type { JsonMap } from '../json.ts';
import type { Fields } from './fields.ts';

export interface Checked {
  /** For messages: `The task "a"`. */
  readonly of: string;
  readonly written: string;
  readonly info: TypeInfo;
  /** Names that do not belong to the type but may stand beside its properties. */
  readonly common: readonly string[];
}

/** Lets the type judge its properties and puts its faults at their places in the source. */
export function checkProperties({ of, written, info, common }: Checked, properties: JsonMap, fields: Fields): void {
  for (const name of Object.keys(properties)) if (info.properties[name]?.inert) fields.warnOfIgnored(name);
  for (const fault of info.check(properties)) {
    const [name, ...below] = fault.at;
    if (name === undefined) continue;
    const unknown = fault.code === 'PROPERTY_UNKNOWN';
    if (unknown && below.length === 0 && isChildList(String(name), info)) continue;
    if (unknown && below.length === 0)
      fields.unknown(String(name), of, [...Object.keys(info.properties), ...common], severityOf(written));
    else report(fault, [...fields.pathOf(String(name)), ...below], unknown, fields);
  }
}

/** What is checked as a child list belongs to every control task. */
const isChildList = (name: string, info: TypeInfo): boolean =>
  'kind' in info && info.kind === 'control' && ['errors', 'finally'].includes(name);

/** In the days of the legacy names unknown properties were ignored, and flows that carry some still run. */
const severityOf = (written: string) => (isLegacyType(written) ? 'WARNING' : 'ERROR');

function report(
  { code, message, hint }: PropertyFault,
  path: (string | number)[],
  onKey: boolean,
  fields: Fields,
): void {
  fields.findings.error(path, code, message, { hint, onKey });
}

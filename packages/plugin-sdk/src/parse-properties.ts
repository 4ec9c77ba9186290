import type { JsonMap, PropertyFault } from '@tutti/flow-model';
import { z } from 'zod';
import type { AnyTask, AnyTrigger, Shape } from './declare.ts';
import { TaskError } from './errors.ts';
import { optionsOf } from './schema.ts';

const SCHEMAS = new WeakMap<Shape, z.ZodType<Record<string, unknown>>>();

/** The schema of all properties of a declaration, made once. Unknown names are faults. */
export function schemaOf(properties: Shape): z.ZodType<Record<string, unknown>> {
  const schema = SCHEMAS.get(properties) ?? z.strictObject(properties);
  SCHEMAS.set(properties, schema);
  return schema;
}

/**
 * Rendered properties as the task wants them: converted, checked, with defaults.
 * @throws {TaskError} PROPERTY_INVALID naming every fault; a retry cannot mend it.
 */
export function parseProperties(declaration: AnyTask | AnyTrigger, values: JsonMap): Record<string, unknown> {
  const result = z.safeParse(schemaOf(declaration.properties), values);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => faultOf(issue, values).message);
  throw new TaskError('PROPERTY_INVALID', faults.join(' '), {
    retryable: false,
    hint: `See the properties of ${declaration.type}.`,
  });
}

/**
 * Faults of properties as written. What is still a template cannot be judged, nor can anything that holds one; the
 * children of a control task are judged by whoever reads them.
 */
export function faultsAsWritten(properties: Shape, values: JsonMap): PropertyFault[] {
  const own = Object.fromEntries(Object.entries(values).filter(([name]) => !isChildren(properties[name])));
  const { error } = z.safeParse(schemaOf(properties), own);
  return (error?.issues ?? [])
    .filter(({ path }) => !isChildren(properties[String(path[0])]) && !holdsTemplate(valueAt(own, path)))
    .flatMap((issue) => (issue.code === 'unrecognized_keys' ? unknownNames(issue) : [faultOf(issue, own)]));
}

const isChildren = (schema: z.ZodType | undefined): boolean => schema !== undefined && optionsOf(schema).children === true; // prettier-ignore

function unknownNames(issue: z.core.$ZodIssueUnrecognizedKeys): PropertyFault[] {
  return issue.keys.map((key) => ({
    at: [...stepsOf(issue.path), key],
    code: 'PROPERTY_UNKNOWN',
    message: `Unknown property "${[...issue.path, key].join('.')}".`,
  }));
}

function faultOf(issue: z.core.$ZodIssue, values: JsonMap): PropertyFault {
  const at = stepsOf(issue.path);
  const name = at.join('.');
  if (issue.code === 'unrecognized_keys')
    return { at, code: 'PROPERTY_UNKNOWN', message: `Unknown property "${[...at, ...issue.keys].join('.')}".` };
  if (valueAt(values, at) === undefined)
    return { at, code: 'PROPERTY_MISSING', message: `The property "${name}" is required.` };
  return { at, code: 'PROPERTY_INVALID', message: `The property "${name}": ${reasonOf(issue)}.` };
}

/** A union says no more than "invalid input"; what its alternatives say helps more. */
function reasonOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_union') return issue.message;
  const reasons = new Set(issue.errors.flatMap((issues) => issues.slice(0, 1).map(reasonOf)));
  return reasons.size === 0 ? issue.message : [...reasons].join(', or ');
}

const stepsOf = (path: readonly PropertyKey[]): (string | number)[] =>
  path.map((step) => (typeof step === 'symbol' ? String(step) : step));

/** The value at a path, or the template that stands where the path would go on. */
function valueAt(values: unknown, path: readonly PropertyKey[]): unknown {
  let value = values;
  for (const step of path) {
    if (holdsTemplate(value) || typeof value !== 'object' || value === null) break;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}

const holdsTemplate = (value: unknown): boolean => typeof value === 'string' && /\{[{%]/.test(value);

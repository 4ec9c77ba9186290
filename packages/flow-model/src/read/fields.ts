import type { Findings, Path } from '../finding.ts';
import { parseDuration } from '../duration.ts';
import { isJsonList, isJsonMap, type Json, type JsonMap } from '../json.ts';
import { didYouMean } from '../nearest.ts';
import { isTemplate } from '../template-text.ts';

/**
 * The properties of one map of the source. Each is taken once, by name and with the type it must have; what nobody took
 * is left in `rest()`. A property that is `null` counts as absent.
 */
export class Fields {
  readonly path: Path;
  readonly findings: Findings;
  readonly #left: Map<string, Json>;
  readonly #paths: ReadonlyMap<string, Path>;

  /** `paths`: where properties stand that are not written below `path` under their own name. */
  constructor(data: JsonMap, path: Path, findings: Findings, paths: ReadonlyMap<string, Path> = new Map()) {
    this.path = path;
    this.findings = findings;
    this.#paths = paths;
    this.#left = new Map();
    for (const [name, value] of Object.entries(data))
      if (value !== undefined && value !== null) this.#left.set(name, value);
  }

  pathOf(name: string): Path {
    return this.#paths.get(name) ?? [...this.path, name];
  }

  has(name: string): boolean {
    return this.#left.has(name);
  }

  take(name: string): Json | undefined {
    const value = this.#left.get(name);
    this.#left.delete(name);
    return value;
  }

  /** Text; numbers and booleans count as the text they are written as. */
  text(name: string): string | undefined {
    const value = this.take(name);
    if (value === undefined || typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    return this.#wrong(name, 'text');
  }

  requiredText(name: string, of: string): string {
    const value = this.text(name);
    if (value !== undefined) return value;
    this.missing(name, of);
    return '';
  }

  missing(name: string, of: string): void {
    this.findings.error([...this.path, name], 'PROPERTY_MISSING', `${of} needs "${name}".`);
  }

  flag(name: string): boolean | undefined {
    const value = this.take(name);
    if (value === undefined || typeof value === 'boolean') return value;
    if (value === 'true' || value === 'false') return value === 'true';
    return this.#wrong(name, 'true or false');
  }

  integer(name: string, minimum: number): number | undefined {
    const value = this.take(name);
    if (value === undefined) return undefined;
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number === 'number' && Number.isInteger(number) && number >= minimum) return number;
    return this.#wrong(name, `a whole number, at least ${minimum}`);
  }

  number(name: string): number | undefined {
    const value = this.take(name);
    if (value === undefined || typeof value === 'number') return value;
    return this.#wrong(name, 'a number');
  }

  /** ISO-8601 duration in ms. */
  duration(name: string): number | undefined {
    const value = this.take(name);
    if (value === undefined) return undefined;
    const ms = typeof value === 'string' ? parseDuration(value) : undefined;
    return ms ?? this.#wrong(name, 'an ISO-8601 duration, such as PT30S');
  }

  /** ISO-8601 duration as text, or a template for one. */
  durationText(name: string): string | undefined {
    const value = this.text(name);
    if (value === undefined || isTemplate(value) || parseDuration(value) !== undefined) return value;
    return this.#wrong(name, 'an ISO-8601 duration, such as PT30S');
  }

  oneOf<const Value extends string>(name: string, values: readonly Value[]): Value | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const found = values.find((value) => value === text || value === text.toUpperCase());
    if (found !== undefined) return found;
    return this.#wrong(name, `one of ${values.join(', ')}`, didYouMean(text, values));
  }

  list(name: string): readonly Json[] | undefined {
    const value = this.take(name);
    if (value === undefined || isJsonList(value)) return value;
    return this.#wrong(name, 'a list');
  }

  texts(name: string): string[] | undefined {
    return this.list(name)?.map((item) => (typeof item === 'string' ? item : JSON.stringify(item)));
  }

  map(name: string): JsonMap | undefined {
    const value = this.take(name);
    if (value === undefined || isJsonMap(value)) return value;
    return this.#wrong(name, 'a map');
  }

  /** Takes what is known and has no effect here, and says so. */
  ignore(names: readonly string[]): void {
    for (const name of names) {
      if (this.take(name) !== undefined) this.warnOfIgnored(name);
    }
  }

  warnOfIgnored(name: string): void {
    const message = `"${name}" is accepted and has no effect here.`;
    this.findings.warning(this.pathOf(name), 'PROPERTY_IGNORED', message, { onKey: true });
  }

  rest(): JsonMap {
    return Object.fromEntries(this.#left);
  }

  /** Reports each property nobody took. */
  refuseRest(of: string, known: readonly string[], severity: 'ERROR' | 'WARNING' = 'ERROR'): void {
    for (const name of this.#left.keys()) this.unknown(name, of, known, severity);
  }

  unknown(name: string, of: string, known: Iterable<string>, severity: 'ERROR' | 'WARNING' = 'ERROR'): void {
    const message = `${of} has no property "${name}".`;
    this.findings.add(severity, this.pathOf(name), 'PROPERTY_UNKNOWN', message, {
      hint: didYouMean(name, known),
      onKey: true,
    });
  }

  #wrong(name: string, wanted: string, hint?: string): undefined {
    this.findings.error(this.pathOf(name), 'PROPERTY_INVALID', `"${name}" must be ${wanted}.`, { hint });
    return undefined;
  }
}

/** Steps from the root of a flow to a value: `['tasks', 0, 'message']`. */
export type Path = readonly (string | number)[];

/** A fault or remark about a flow, at its place in the YAML (lines and columns from 1). */
export interface Finding {
  readonly severity: 'ERROR' | 'WARNING' | 'INFO';
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** `tasks[0].message`. */
  readonly path: string;
  readonly line?: number;
  readonly column?: number;
}

/** A finding before its path has become a place. */
export interface RawFinding extends Omit<Finding, 'path' | 'line' | 'column'> {
  readonly path: Path;
  /** Points at the name of the property instead of its value. */
  readonly onKey?: boolean;
  /** A place known better than by the path: inside a template, or in YAML that gave no value. */
  readonly place?: Place;
}

export interface Place {
  readonly line: number;
  readonly column: number;
}

/** What the readers and checks report to; all of them go on after a fault. */
export class Findings {
  readonly all: RawFinding[] = [];

  error(path: Path, code: string, message: string, options: FindingOptions = {}): void {
    this.add('ERROR', path, code, message, options);
  }

  warning(path: Path, code: string, message: string, options: FindingOptions = {}): void {
    this.add('WARNING', path, code, message, options);
  }

  info(path: Path, code: string, message: string, options: FindingOptions = {}): void {
    this.add('INFO', path, code, message, options);
  }

  add(severity: Finding['severity'], path: Path, code: string, message: string, options: FindingOptions): void {
    const { hint, onKey, place } = options;
    this.all.push({ severity, path, code, message, ...(hint && { hint }), ...(onKey && { onKey }), ...(place && { place }) }); // prettier-ignore
  }
}

export interface FindingOptions {
  readonly hint?: string | undefined;
  readonly onKey?: boolean;
  readonly place?: Place | undefined;
}

/** `['tasks', 0, 'env', 'a.b']` as `tasks[0].env["a.b"]`. */
export function pathText(path: Path): string {
  return path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      if (!/^[\w-]+$/.test(step)) return `[${JSON.stringify(step)}]`;
      return index === 0 ? step : `.${step}`;
    })
    .join('');
}

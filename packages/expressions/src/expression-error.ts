/** Why a template failed: how it is written, a name nobody knows, a variable that is not there, a limit, or a value that does not fit. */
export type ExpressionErrorCode =
  | 'EXPRESSION_SYNTAX'
  | 'EXPRESSION_UNKNOWN'
  | 'EXPRESSION_MISSING'
  | 'EXPRESSION_LIMIT'
  | 'EXPRESSION_VALUE'
  | 'EXPRESSION_SERVICE';

/** What an `ExpressionError` may carry beside its code and summary. */
export interface ExpressionErrorOptions {
  /** The way out, as a sentence. */
  readonly hint?: string | undefined;
  /** The variable, attribute, filter or function meant. */
  readonly subject?: string;
  readonly cause?: unknown;
}

/** A place in a template; `offset` counts characters from 0, `line` and `column` from 1. */
export interface TemplatePosition {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** A fault in a template that its author can mend. Its message ends with line and column once they are known. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  readonly code: ExpressionErrorCode;
  /** What is wrong, without the place. */
  readonly summary: string;
  readonly hint: string | undefined;
  readonly subject: string | undefined;
  offset: number | undefined;
  line: number | undefined;
  column: number | undefined;
  /** The lines around the place, the place itself marked by `^`. */
  frame: string | undefined;

  constructor(code: ExpressionErrorCode, summary: string, options: ExpressionErrorOptions = {}) {
    super(summary, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.summary = summary;
    this.hint = options.hint;
    this.subject = options.subject;
  }

  /** Adds the place, once: the innermost template that fails is the one to show. */
  at(source: string, offset: number): this {
    if (this.offset !== undefined) return this;
    const { line, column } = positionOf(source, offset);
    this.offset = offset;
    this.line = line;
    this.column = column;
    this.frame = frameOf(source, line, column);
    this.message = `${this.summary}, line:${line}, col:${column}`;
    return this;
  }
}

/** Line and column of an offset. */
export function positionOf(source: string, offset: number): TemplatePosition {
  const before = source.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { offset, line: before.split('\n').length, column: offset - lineStart + 1 };
}

/** How many lines of the template an error shows before and after the faulty one. */
const FRAME_LINES = 2;
const LONGEST_FRAME_LINE = 200;

function frameOf(source: string, line: number, column: number): string {
  const lines = source.split('\n');
  const last = Math.min(lines.length, line + FRAME_LINES);
  const width = String(last).length;
  const rows: string[] = [];
  for (let number = Math.max(1, line - FRAME_LINES); number <= last; number++) {
    const text = (lines[number - 1] ?? '').slice(0, LONGEST_FRAME_LINE);
    rows.push(`${number === line ? '>>' : '  '} ${String(number).padStart(width)}| ${text}`);
    if (number === line && column <= LONGEST_FRAME_LINE) rows.push(' '.repeat(width + 4 + column) + '^');
  }
  return rows.join('\n');
}

/** A variable or attribute that is not there. What `??`, `is defined` and `default` catch. */
export class MissingError extends ExpressionError {
  constructor(subject: string, summary: string, hint?: string) {
    super('EXPRESSION_MISSING', summary, { subject, hint });
  }
}

/** A value that an operator, filter or function cannot take. */
export function valueError(summary: string, options?: ExpressionErrorOptions): ExpressionError {
  return new ExpressionError('EXPRESSION_VALUE', summary, options);
}

import { Budget } from './budget.ts';
import type { Call, Services } from './call.ts';
import type { ExpressionError } from './expression-error.ts';
import { isList, isMap, setOwn, type Json, type Value, type Vars } from './json.ts';
import { chain } from './language/code.ts';
import { inTurn } from './language/in-turn.ts';
import { givesBoolean } from './language/gives-boolean.ts';
import { readingsOf, type TwoReadings } from './language/readings.ts';
import { referencesOf, type References } from './language/references.ts';
import type { Extension } from './library/declaration.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { Rendering, type RenderSettings } from './rendering.ts';
import { OutputNode } from './template/nodes.ts';
import { Templates } from './templates.ts';
import { jsonFrom } from './values/plain.ts';
import { textOf } from './values/print.ts';

/** How templates are rendered. */
export interface ExpressionsOptions {
  /** Where `kv()`, `secret()`, `read()`, … ask; a template that needs one that is not there fails. */
  readonly services?: Partial<Services>;
  /** IANA name of the zone that dates print in; UTC when absent. */
  readonly timeZone?: string;
  /** Language of names of months and days; `en-US` when absent. */
  readonly locale?: string;
  readonly limits?: Partial<Limits>;
  /** Parsed templates that are kept; 1,000 when absent. */
  readonly cacheSize?: number;
  /** Variables that every template sees, also inside macros. */
  readonly globals?: Vars;
  /** Whether a result is rendered again until nothing changes. Off unless old flows ask for it. */
  readonly recursive?: boolean;
}

/** A fault of a template, found without rendering it. */
export interface Finding {
  readonly code: string;
  readonly message: string;
  /** Characters from the start of the template. */
  readonly offset: number;
  readonly line: number;
  readonly column: number;
  readonly hint?: string;
}

const CACHED_TEMPLATES = 1_000;
const NOBODY: Call = { namespace: '' };

/**
 * Renders templates: the Pebble dialect on Liquid. Each is parsed once, and rendered without waiting unless something
 * in it really waits: only then is the result a promise.
 */
export class Expressions {
  private readonly templates: Templates;
  private readonly limits: Limits;
  private readonly settings: RenderSettings;
  private readonly recursive: boolean;

  constructor(options: ExpressionsOptions = {}) {
    const { services = {}, globals = {}, timeZone = 'UTC', locale = 'en-US', recursive = false } = options;
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.settings = { services, globals, timeZone, locale };
    this.recursive = recursive;
    this.templates = new Templates(this.limits.source, options.cacheSize ?? CACHED_TEMPLATES);
  }

  /** Adds filters, functions and tests, or replaces those of the same name. */
  add(extension: Extension): this {
    this.templates.library.add(extension);
    this.templates.clear();
    return this;
  }

  /** The text of a template. @throws {ExpressionError} with the place of the fault. */
  render(template: string, vars: Vars, call: Call = NOBODY): string | Promise<string> {
    if (!template.includes('{')) return template;
    return this.rendering(call).text(template, vars, this.recursive);
  }

  /** The value of a template that is one lone `{{ … }}`, the text of any other. */
  renderTyped(template: string, vars: Vars, call: Call = NOBODY): Json | Promise<Json> {
    if (!template.includes('{')) return template;
    const rendering = this.rendering(call);
    return this.recursive
      ? rendering.text(template, vars, true)
      : chain(rendering.value(template, vars), (value) => jsonFrom(value, rendering.budget));
  }

  /**
   * All texts within a value, keys of maps too; what is no text stays as it is. The whole counts as one call.
   * With `typed`, a lone `{{ … }}` becomes the value it is.
   */
  renderAll<T extends Json>(
    value: T,
    vars: Vars,
    call: Call = NOBODY,
    options: { readonly typed?: boolean } = {},
  ): T | Promise<T> {
    const bounded = { ...call, budget: call.budget ?? new Budget(this.limits) };
    const render = (text: string): Json | Promise<Json> =>
      options.typed ? this.renderTyped(text, vars, bounded) : this.render(text, vars, bounded);
    return renderWithin(value, render, bounded.budget) as T | Promise<T>;
  }

  /** Whether a condition holds: its text, trimmed, is not empty, `false`, `0` or `-0`. */
  test(condition: string, vars: Vars, call: Call = NOBODY): boolean | Promise<boolean> {
    return chain(this.render(condition, vars, call), isTrue);
  }

  /** Faults of a template as far as they show without rendering it; none when it is sound. */
  check(template: string): Finding[] {
    return this.templates.faults(template).map(findingOf);
  }

  /** What a template asks for. @throws {ExpressionError} when it does not parse. */
  references(template: string): References {
    const { expressions, nativePaths } = this.templates.parsed(template).parts;
    return referencesOf(expressions, nativePaths, this.templates.library);
  }

  /** What versions of the language read differently. @throws {ExpressionError} when it does not parse. */
  readings(template: string): TwoReadings[] {
    const { expressions } = this.templates.parsed(template).parts;
    return readingsOf(
      template,
      expressions.map(({ expression }) => expression),
    );
  }

  /** Whether a template is one lone `{{ … }}` that is true or false, whatever the variables. */
  givesBoolean(template: string): boolean {
    const { nodes, expressions } = this.templates.parsed(template).parts;
    const [only] = expressions;
    return nodes.length === 1 && nodes[0] instanceof OutputNode && only !== undefined && givesBoolean(only.expression);
  }

  private rendering(call: Call): Rendering {
    return new Rendering(this.templates, this.settings, call, call.budget ?? new Budget(this.limits));
  }
}

/** Whether a text may hold an expression, a tag or a comment. */
export function isTemplate(text: string): boolean {
  return /\{[{%#]/.test(text);
}

function isTrue(text: string): boolean {
  return !['', 'false', '0', '-0'].includes(text.trim());
}

function findingOf({ code, summary, offset = 0, line = 1, column = 1, hint }: ExpressionError): Finding {
  return { code, message: summary, offset, line, column, ...(hint !== undefined && { hint }) };
}

function renderWithin(
  value: Json,
  render: (text: string) => Json | Promise<Json>,
  budget: Budget,
): Json | Promise<Json> {
  if (typeof value === 'string') return value.includes('{') ? render(value) : value;
  if (isList(value)) return inTurn(value, (item) => renderWithin(item as Json, render, budget));
  if (!isMap(value)) return value;
  const flat: Json[] = Object.entries(value as Record<string, Json>).flat();
  return chain(
    inTurn(flat, (part) => renderWithin(part, render, budget)),
    (parts) => {
      const map: Record<string, Value> = {};
      for (let index = 0; index < parts.length; index += 2)
        setOwn(map, textOf(parts[index] ?? null, budget), parts[index + 1] ?? null);
      return map as Json;
    },
  );
}

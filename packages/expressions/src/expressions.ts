import { Budget } from './budget.ts';
import type { Call, Services } from './call.ts';
import { Evaluation, type Run } from './evaluation.ts';
import { ExpressionError } from './expression-error.ts';
import { isList, isMap, setOwn, type Json, type Value, type Variables, type Vars } from './json.ts';
import { chain } from './language/code.ts';
import { referencesOf, type References } from './language/references.ts';
import { usesOf, type Use } from './language/uses.ts';
import type { Extension } from './library/declaration.ts';
import { Library } from './library/library.ts';
import { STANDARD_LIBRARY } from './library/standard.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { TemplateCache } from './template-cache.ts';
import { newEngine } from './template/engine.ts';
import { HiddenTexts } from './template/hidden-texts.ts';
import { TemplateParser } from './template/template-parser.ts';
import type { Template } from './template/template.ts';
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
  private readonly engine;
  private readonly library: Library;
  private readonly cache: TemplateCache<Template>;
  private readonly limits: Limits;
  private readonly options: ExpressionsOptions;

  constructor(options: ExpressionsOptions = {}) {
    this.options = options;
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.engine = newEngine(this.limits.source);
    this.library = new Library(this.engine).add(STANDARD_LIBRARY);
    this.cache = new TemplateCache(options.cacheSize ?? CACHED_TEMPLATES);
  }

  /** Adds filters, functions and tests, or replaces those of the same name. */
  add(extension: Extension): this {
    this.library.add(extension);
    this.cache.clear();
    return this;
  }

  /** The text of a template. @throws {ExpressionError} with the place of the fault. */
  render(template: string, vars: Vars, call: Call = NOBODY): string | Promise<string> {
    if (!template.includes('{')) return template;
    return this.renderIn(this.newRun(call), template, vars, this.options.recursive ?? false);
  }

  /** The value of a template that is one lone `{{ … }}`, the text of any other. */
  renderTyped(template: string, vars: Vars, call: Call = NOBODY): Json | Promise<Json> {
    if (!template.includes('{')) return template;
    const run = this.newRun(call);
    if (this.options.recursive) return this.renderIn(run, template, vars, true);
    const parsed = this.parsed(template);
    return chain(parsed.renderTyped(new Evaluation(run, vars, parsed)), jsonFrom);
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
    return renderWithin(value, render) as T | Promise<T>;
  }

  /** Whether a condition holds: its text, trimmed, is not empty, `false`, `0` or `-0`. */
  test(condition: string, vars: Vars, call: Call = NOBODY): boolean | Promise<boolean> {
    return chain(this.render(condition, vars, call), isTrue);
  }

  /** Faults of a template as far as they show without rendering it; none when it is sound. */
  check(template: string): Finding[] {
    return this.inspect(template).findings;
  }

  /** Its faults, and the variables it uses as far as it can be read in spite of them. */
  inspect(template: string): { readonly findings: Finding[]; readonly uses: Use[] } {
    const faults: ExpressionError[] = [];
    let uses: Use[] = [];
    try {
      this.bounded(template);
      const { parts } = new TemplateParser(this.engine, this.library, template, faults).template();
      uses = parts.expressions.flatMap(({ expression, locals }) => usesOf(expression, locals));
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      faults.push(error);
    }
    return { findings: faults.map(findingOf), uses };
  }

  /** What a template asks for. @throws {ExpressionError} when it does not parse. */
  references(template: string): References {
    const { expressions, nativePaths } = this.parsed(template).parts;
    return referencesOf(expressions, nativePaths, this.library);
  }

  private newRun(call: Call): Run {
    const { services = {}, globals = {}, timeZone = 'UTC', locale = 'en-US' } = this.options;
    return {
      budget: call.budget ?? new Budget(this.limits),
      call,
      services,
      globals,
      timeZone,
      locale,
      secrets: call.secrets ?? new Set(),
      render: (source, evaluation, recursive) => this.renderNested(source, evaluation, recursive),
    };
  }

  private renderNested(source: string, evaluation: Evaluation, recursive: boolean): string | Promise<string> {
    const { run } = evaluation;
    run.budget.countRender();
    run.budget.enter();
    const vars = evaluation.scope ? evaluation.variables() : evaluation.vars;
    return chain(this.renderIn(run, source, vars, recursive), (text) => {
      run.budget.leave();
      return text;
    });
  }

  private renderIn(run: Run, source: string, vars: Variables, recursive: boolean): string | Promise<string> {
    if (!recursive) return this.renderOnce({ ...run, hidden: undefined }, source, vars);
    const hidden = new HiddenTexts();
    return chain(this.renderPasses({ ...run, hidden }, source, vars, run.budget.limits.passes), (text) =>
      hidden.reveal(text),
    );
  }

  private renderPasses(run: Run, source: string, vars: Variables, left: number): string | Promise<string> {
    return chain(this.renderOnce(run, source, vars), (text) => {
      const safe = run.hidden?.hideAll(text, run.secrets) ?? text;
      if (safe === source) return safe;
      if (left <= 1)
        throw new ExpressionError('EXPRESSION_LIMIT', 'Too many rendering attempts', {
          hint: 'A variable seems to render to itself.',
        }).at(source, 0);
      return this.renderPasses(run, safe, vars, left - 1);
    });
  }

  private renderOnce(run: Run, source: string, vars: Variables): string | Promise<string> {
    if (!source.includes('{')) return source;
    const template = this.parsed(source);
    return template.render(new Evaluation(run, vars, template));
  }

  private parsed(source: string): Template {
    return this.cache.get(source, () => {
      this.bounded(source);
      return new TemplateParser(this.engine, this.library, source).template();
    });
  }

  private bounded(source: string): void {
    if (source.length > this.limits.source)
      throw new ExpressionError('EXPRESSION_LIMIT', `The template has more than ${this.limits.source} characters`, {
        hint: 'Put the text into a file, and read it in the task.',
      });
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

function renderWithin(value: Json, render: (text: string) => Json | Promise<Json>): Json | Promise<Json> {
  if (typeof value === 'string') return value.includes('{') ? render(value) : value;
  if (isList(value)) return inTurn(value as readonly Json[], (item) => renderWithin(item, render));
  if (!isMap(value)) return value;
  const flat = Object.entries(value as Record<string, Json>).flat();
  return chain(
    inTurn(flat, (part) => renderWithin(part, render)),
    (parts) => {
      const map: Record<string, Value> = {};
      for (let index = 0; index < parts.length; index += 2)
        setOwn(map, keyOf(parts[index] ?? null), parts[index + 1] ?? null);
      return map as Json;
    },
  );
}

function keyOf(key: Json): string {
  return typeof key === 'string' ? key : textOf(key, new Budget());
}

/** One after the other, so that errors and budgets do not depend on which answer came first. */
function inTurn(
  items: readonly Json[],
  step: (item: Json) => Json | Promise<Json>,
  done: Json[] = [],
): Json[] | Promise<Json[]> {
  for (let index = done.length; index < items.length; index++) {
    const result = step(items[index] ?? null);
    if (result instanceof Promise) return result.then((settled) => inTurn(items, step, [...done, settled]));
    done.push(result);
  }
  return done;
}

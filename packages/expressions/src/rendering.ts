import type { Budget } from './budget.ts';
import type { Call, Services } from './call.ts';
import { Evaluation, type Run } from './evaluation.ts';
import { ExpressionError } from './expression-error.ts';
import type { Result, Variables, Vars } from './json.ts';
import { chain } from './language/code.ts';
import { HiddenTexts } from './template/hidden-texts.ts';
import type { Templates } from './templates.ts';

/** What all calls of one `Expressions` share. */
export interface RenderSettings {
  readonly services: Partial<Services>;
  readonly globals: Vars;
  readonly timeZone: string;
  readonly locale: string;
}

/** One call: everything that it renders, down to the innermost `render()`. */
export class Rendering implements Run {
  readonly call: Call;
  readonly budget: Budget;
  readonly services: Partial<Services>;
  readonly globals: Variables;
  readonly timeZone: string;
  readonly locale: string;
  hidden: HiddenTexts | undefined = undefined;
  private readonly templates: Templates;
  private secretTexts: Set<string> | undefined;

  constructor(templates: Templates, settings: RenderSettings, call: Call, budget: Budget) {
    this.templates = templates;
    this.call = call;
    this.budget = budget;
    this.services = settings.services;
    this.globals = settings.globals;
    this.timeZone = settings.timeZone;
    this.locale = settings.locale;
    this.secretTexts = call.secrets;
  }

  get secrets(): Set<string> {
    return (this.secretTexts ??= new Set());
  }

  /** The text of a template. */
  text(source: string, vars: Variables, recursive: boolean): string | Promise<string> {
    return recursive ? this.untilNothingChanges(source, vars) : this.once(source, vars);
  }

  /** The value of a template that is one lone `{{ … }}`, the text of any other. */
  value(source: string, vars: Variables): Result {
    const template = this.templates.parsed(source);
    return template.renderTyped(new Evaluation(this, vars, template));
  }

  render(source: string, evaluation: Evaluation, recursive: boolean): string | Promise<string> {
    this.budget.countRender();
    this.budget.enter();
    const vars = evaluation.scope ? evaluation.variables() : evaluation.vars;
    return chain(this.text(source, vars, recursive), (text) => {
      this.budget.leave();
      return text;
    });
  }

  private once(source: string, vars: Variables): string | Promise<string> {
    if (!source.includes('{')) return source;
    const template = this.templates.parsed(source);
    return template.render(new Evaluation(this, vars, template));
  }

  /** What must not be parsed again stays hidden until the outermost of these calls is done. */
  private untilNothingChanges(source: string, vars: Variables): string | Promise<string> {
    const { passes } = this.budget.limits;
    if (this.hidden) return this.pass(source, vars, this.hidden, passes);
    const hidden = (this.hidden = new HiddenTexts());
    return chain(this.pass(source, vars, hidden, passes), (text) => {
      this.hidden = undefined;
      return hidden.reveal(text);
    });
  }

  private pass(source: string, vars: Variables, hidden: HiddenTexts, left: number): string | Promise<string> {
    return chain(this.once(source, vars), (text) => {
      const safe = hidden.hideAll(text, this.secrets);
      if (safe === source) return safe;
      if (left > 1) return this.pass(safe, vars, hidden, left - 1);
      throw new ExpressionError('EXPRESSION_LIMIT', 'Too many rendering attempts', {
        hint: 'A variable seems to render to itself.',
      }).at(source, 0);
    });
  }
}

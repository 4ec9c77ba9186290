import type { Budget } from './budget.ts';
import type { Call, Services } from './call.ts';
import type { Value, ValueMap, Variables } from './json.ts';
import type { HiddenTexts } from './template/hidden-texts.ts';

/** Names set by tags: `for`, `set`, `macro`. */
export interface Scope {
  readonly names: Record<string, Value>;
  readonly outer: Scope | null;
}

/** What all evaluations of one call share. */
export interface Run {
  readonly budget: Budget;
  readonly call: Call;
  readonly services: Partial<Services>;
  readonly globals: Variables;
  /** IANA name of the zone that dates print in. */
  readonly timeZone: string;
  readonly locale: string;
  /** Texts that must never be parsed again. */
  readonly secrets: Set<string>;
  /** Where texts are kept that further passes must not parse; absent when there is one pass only. */
  readonly hidden?: HiddenTexts | undefined;
  /** Renders a text within this call; what tags have set here is seen there. */
  render(source: string, evaluation: Evaluation, recursive: boolean): string | Promise<string>;
}

/** A macro: what `{% macro name(a, b=1) %}` defines. */
export interface Macro {
  readonly name: string;
  /** Calls it with arguments in the order of its parameters. */
  call(args: readonly (Value | undefined)[], caller: Evaluation): string | Promise<string>;
}

/** What an evaluation must know of the template it belongs to. */
export interface HostTemplate {
  readonly source: string;
  macro(name: string): Macro | undefined;
  /** The text of `{% block name %}`; `undefined` when there is none. */
  block(name: string, evaluation: Evaluation): string | Promise<string> | undefined;
}

/** One rendering of one template, or of one macro in it. */
export class Evaluation {
  readonly run: Run;
  readonly vars: Variables;
  readonly template: HostTemplate;
  scope: Scope | null;
  /** Offset of the operation at work: where an error points at. */
  at = 0;

  constructor(run: Run, vars: Variables, template: HostTemplate, scope: Scope | null = null) {
    this.run = run;
    this.vars = vars;
    this.template = template;
    this.scope = scope;
  }

  get budget(): Budget {
    return this.run.budget;
  }

  /** What `now()` says, Unix ms. */
  get nowMs(): number {
    return this.run.call.nowMs ?? Date.now();
  }

  /** A variable: of the nearest scope that has it, else of the call, else a global one. */
  lookup(name: string): Value | undefined {
    for (let scope = this.scope; scope !== null; scope = scope.outer)
      if (Object.hasOwn(scope.names, name)) return scope.names[name];
    if (Object.hasOwn(this.vars, name)) return this.vars[name];
    return Object.hasOwn(this.run.globals, name) ? this.run.globals[name] : undefined;
  }

  /** All names that `lookup` knows. */
  names(): string[] {
    const names = [...Object.keys(this.vars), ...Object.keys(this.run.globals)];
    for (let scope = this.scope; scope !== null; scope = scope.outer) names.push(...Object.keys(scope.names));
    return names;
  }

  /** All variables as one map; members that are getters stay so, and are not asked. */
  variables(): ValueMap {
    const scopes: object[] = [];
    for (let scope = this.scope; scope !== null; scope = scope.outer) scopes.unshift(scope.names);
    const all: ValueMap = {};
    for (const source of [this.run.globals, this.vars, ...scopes])
      Object.defineProperties(all, Object.getOwnPropertyDescriptors(source));
    return all;
  }

  /** Sets a variable where it was first set, else in the innermost scope. */
  set(name: string, value: Value): void {
    let target: Scope | null = this.scope;
    while (target !== null && !Object.hasOwn(target.names, name)) target = target.outer;
    target ??= this.scope ??= newScope(null);
    target.names[name] = value;
  }
}

/** An empty scope inside another. Its names have no prototype, so that every name is free. */
export function newScope(outer: Scope | null): Scope {
  return { names: Object.create(null) as Record<string, Value>, outer };
}

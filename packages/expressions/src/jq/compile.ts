import { valueError } from '../expression-error.ts';
import { Decimal, isList, type Value } from '../json.ts';
import { negate } from '../values/arithmetic.ts';
import { Break, alternative, attempt, comma, condition, labelled, logic, pipe } from './control.ts';
import {
  NO_PATH,
  byValue,
  collected,
  constant,
  overValues,
  type Builtin,
  type Env,
  type Filter,
  type JqRun,
} from './filter.ts';
import { formatter } from './formats.ts';
import { iterate, mapOf, recurse, stepped } from './iteration.ts';
import { jqError } from './jq-error.ts';
import { operate } from './operators.ts';
import { indexed, type Path } from './paths.ts';
import {
  EMPTY,
  callDefined,
  firstThatFits,
  inOrder,
  lookup,
  withFunction,
  withVariable,
  withVariables,
  type Definition,
  type NameScope,
} from './scope.ts';
import { variablesOf, type Pattern, type Term } from './syntax.ts';
import { update } from './updates.ts';
import { stringOf, typeOf } from './value-order.ts';

/** Compiles a program, given the functions it may use. */
export function compileJq(term: Term, builtins: (key: string) => Builtin | undefined, prelude?: NameScope): Filter {
  return new JqCompiler(builtins).compile(term, prelude ?? EMPTY);
}

class JqCompiler {
  private readonly builtins: (key: string) => Builtin | undefined;

  constructor(builtins: (key: string) => Builtin | undefined) {
    this.builtins = builtins;
  }

  compile(term: Term, scope: NameScope): Filter {
    const filter = this.filter(term, scope);
    return (run, env, input, path, paths, emit) => {
      run.budget.step(1);
      filter(run, env, input, path, paths, emit);
    };
  }

  private filter(term: Term, scope: NameScope): Filter {
    switch (term.kind) {
      case 'identity':
        return (_run, _env, input, path, _paths, emit) => emit(input, path);
      case 'recurse':
        return recurse;
      case 'literal':
        return constant(term.value);
      case 'string':
        return this.string(term.format, term.parts, scope);
      case 'format': {
        const format = formatter(term.name);
        return byValue((input, { budget }) => format(input, budget));
      }
      case 'index':
        return this.index(this.compile(term.target, scope), this.compile(term.key, scope));
      case 'slice':
        return this.slice(term, scope);
      case 'iterate':
        return iterate(this.compile(term.target, scope));
      case 'list':
        return term.items ? collected(this.compile(term.items, scope)) : constant([]);
      case 'map':
        return mapOf(
          term.entries.map(([key, value]) => [this.compile(key, scope), this.compile(value, scope)] as const),
        );
      case 'negate':
        return overValues([this.compile(term.operand, scope)], ([value]) => negated(value ?? null));
      case 'pipe':
        return pipe(this.compile(term.left, scope), this.compile(term.right, scope));
      case 'comma':
        return comma(this.compile(term.left, scope), this.compile(term.right, scope));
      case 'binary':
        return binary(term.operator, this.compile(term.left, scope), this.compile(term.right, scope));
      case 'update':
        return update(term.operator, this.compile(term.left, scope), this.compile(term.right, scope));
      case 'try':
        return attempt(this.compile(term.body, scope), term.handler && this.compile(term.handler, scope));
      default:
        return this.structure(term, scope);
    }
  }

  private structure(term: Term, scope: NameScope): Filter {
    switch (term.kind) {
      case 'if':
        return condition(
          term.branches.map(([test, then]) => [this.compile(test, scope), this.compile(then, scope)] as const),
          this.compile(term.otherwise, scope),
        );
      case 'reduce':
      case 'foreach':
        return this.fold(term, scope);
      case 'bind':
        return this.bind(term, scope);
      case 'define':
        return this.define(term, scope);
      case 'variable':
        return this.variable(term.name, scope);
      case 'call':
        return this.call(term.name, term.args, scope);
      case 'label': {
        const label = {};
        const body = this.compile(term.body, withVariable(scope, `*${term.name}`, label));
        return labelled(body, label);
      }
      case 'break': {
        const label = scope.variable(`*${term.name}`);
        if (!label) throw valueError(`The jq program breaks out of "$${term.name}", which is no label`);
        return () => {
          throw new Break(label);
        };
      }
      default:
        throw valueError(`The jq program uses "${term.kind}" in an unknown way`);
    }
  }

  private string(format: string | undefined, parts: readonly (string | Term)[], scope: NameScope): Filter {
    const [only] = parts;
    if (parts.length === 1 && typeof only === 'string') return constant(only);
    const write = format === undefined ? stringOf : formatter(format);
    const filters = parts.map((part) => (typeof part === 'string' ? constant(part) : this.compile(part, scope)));
    return overValues(filters, (values, { budget }) => {
      let text = '';
      values.forEach(
        (value, index) => (text += typeof parts[index] === 'string' ? String(parts[index]) : write(value, budget)),
      );
      budget.grow(text.length);
      return text;
    });
  }

  private index(target: Filter, key: Filter): Filter {
    return (run, env, input, path, paths, emit) =>
      target(run, env, input, path, paths, (value, at) =>
        key(run, env, input, undefined, false, (name) =>
          emit(indexed(value, name, run.budget), paths ? stepped(at, name) : undefined),
        ),
      );
  }

  private slice(term: Term & { kind: 'slice' }, scope: NameScope): Filter {
    const target = this.compile(term.target, scope);
    const [from, to] = [term.from, term.to].map((bound) => (bound ? this.compile(bound, scope) : constant(null)));
    return (run, env, input, path, paths, emit) =>
      target(run, env, input, path, paths, (value, at) =>
        to?.(run, env, input, undefined, false, (end) =>
          from?.(run, env, input, undefined, false, (start) => {
            const key = { ...(start !== null && { start }), ...(end !== null && { end }) };
            emit(indexed(value, key, run.budget), paths ? stepped(at, key) : undefined);
          }),
        ),
      );
  }

  private variable(name: string, scope: NameScope): Filter {
    const binding = scope.variable(name);
    if (!binding) throw valueError(`The jq program uses "$${name}", which is not defined`);
    return (_run, env, _input, _path, _paths, emit) => emit(lookup(env, binding) as Value, NO_PATH);
  }

  private bind(term: Term & { kind: 'bind' }, scope: NameScope): Filter {
    const source = this.compile(term.source, scope);
    const names = [...new Set(term.patterns.flatMap(variablesOf))];
    const bindings = new Map(names.map((name) => [name, {}]));
    const inner = withVariables(scope, bindings);
    const patterns = term.patterns.map((pattern) => this.pattern(pattern, inner, bindings));
    const body = this.compile(term.body, inner);
    return (run, env, input, path, paths, emit) =>
      source(run, env, input, undefined, false, (value) => {
        const empty = [...bindings.values()].reduce<Env | undefined>(
          (outer, binding) => ({ binding, value: null, outer }),
          env,
        );
        firstThatFits(patterns, (pattern) =>
          pattern(run, empty, value, (bound) => body(run, bound, input, path, paths, emit)),
        );
      });
  }

  /** Binds the variables of a pattern, once for each way it can be read. */
  private pattern(pattern: Pattern, scope: NameScope, bindings: ReadonlyMap<string, object>): PatternFilter {
    if (pattern.kind === 'variable') {
      const binding = bindings.get(pattern.name);
      return (_run, env, value, done) => done({ binding, value, outer: env });
    }
    if (pattern.kind === 'list') {
      const items = pattern.items.map((item) => this.pattern(item, scope, bindings));
      return (run, env, value, done) => {
        if (value !== null && !isList(value)) throw jqError(`Cannot index ${typeOf(value)} with number`);
        inOrder(items, env, done, (item, index, bound, next) =>
          item(run, bound, indexed(value, index, run.budget), next),
        );
      };
    }
    const entries = pattern.entries.map(({ key, variable, value }) => ({
      key: this.compile(key, scope),
      binding: variable === undefined ? undefined : bindings.get(variable),
      value: value && this.pattern(value, scope, bindings),
    }));
    return (run, env, input, done) =>
      inOrder(entries, env, done, ({ key, binding, value }, _index, bound, next) =>
        key(run, bound, input, undefined, false, (name) => {
          const member = indexed(input, name, run.budget);
          const named = binding ? { binding, value: member, outer: bound } : bound;
          if (value) value(run, named, member, next);
          else next(named);
        }),
      );
  }

  private fold(term: Term & { kind: 'reduce' | 'foreach' }, scope: NameScope): Filter {
    const source = this.compile(term.source, scope);
    const bindings = new Map(variablesOf(term.pattern).map((name) => [name, {}]));
    const inner = withVariables(scope, bindings);
    const pattern = this.pattern(term.pattern, inner, bindings);
    const start = this.compile(term.start, scope);
    const step = this.compile(term.step, inner);
    const each = term.kind === 'foreach' ? this.compile(term.each, inner) : undefined;
    return (run, env, input, path, paths, emit) =>
      start(run, env, input, path, paths, (first, firstPath) => {
        let state = first;
        let statePath = firstPath;
        source(run, env, input, undefined, false, (item) =>
          pattern(run, env, item, (bound) => {
            let last: Value = null;
            let lastPath: Path | undefined;
            step(run, bound, state, statePath, paths, (next, nextPath) => {
              last = next;
              lastPath = nextPath;
              if (each) {
                state = next;
                statePath = nextPath;
                each(run, bound, next, nextPath, paths, emit);
              }
            });
            if (!each) [state, statePath] = [last, lastPath];
          }),
        );
        if (!each) emit(state, statePath);
      });
  }

  private define(term: Term & { kind: 'define' }, scope: NameScope): Filter {
    const definition: Definition = {
      binding: {},
      params: term.params.map((name) => ({ name, filter: {}, variable: name.startsWith('$') ? {} : undefined })),
      body: undefined,
    };
    const key = `${term.name}/${term.params.length}`;
    const inner = withFunction(scope, key, definition);
    const inside = definition.params.reduce((outer, { name, filter, variable }) => {
      const bare = name.replace(/^\$/, '');
      const withFilter = withFunction(outer, `${bare}/0`, { binding: filter, params: [], body: undefined });
      return variable ? withVariable(withFilter, bare, variable) : withFilter;
    }, inner);
    definition.body = this.compile(term.body, inside);
    const rest = this.compile(term.rest, inner);
    return (run, env, input, path, paths, emit) =>
      rest(run, { binding: definition.binding, value: null, outer: env }, input, path, paths, emit);
  }

  private call(name: string, args: readonly Term[], scope: NameScope): Filter {
    const key = `${name}/${args.length}`;
    const definition = scope.fn(key);
    const filters = args.map((arg) => this.compile(arg, scope));
    if (definition)
      return definition.params.length === 0 && !definition.body
        ? callDefined(definition, [])
        : callDefined(definition, filters);
    const builtin = this.builtins(key);
    if (!builtin) throw valueError(`The jq program calls ${key}, which is not defined`);
    return builtin(...filters);
  }
}

type PatternFilter = (run: JqRun, env: Env | undefined, value: Value, done: (env: Env | undefined) => void) => void;

function negated(value: Value): Value {
  if (typeof value === 'number') return 0 - value;
  if (value instanceof Decimal || typeof value === 'bigint') return negate(value);
  throw jqError(`${typeOf(value)} cannot be negated`);
}

function binary(operator: string, left: Filter, right: Filter): Filter {
  if (operator === '//') return alternative(left, right);
  if (operator === 'and' || operator === 'or') return logic(operator === 'or', left, right);
  return overValues([left, right], ([a, b], { budget }) => operate(operator, a ?? null, b ?? null, budget));
}

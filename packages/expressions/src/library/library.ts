import { toValueSync, type Liquid } from 'liquidjs';
import type { Evaluation } from '../evaluation.ts';
import { valueError } from '../expression-error.ts';
import { Decimal, type Value } from '../json.ts';
import { contextOf } from '../template/liquid-context.ts';
import type { Extension, FilterDeclaration, FunctionDeclaration, TestDeclaration } from './declaration.ts';

/** Every filter, function and test a template may use. Maps, so that no inherited name is ever found. */
export class Library {
  readonly filters = new Map<string, FilterDeclaration>();
  readonly functions = new Map<string, FunctionDeclaration>();
  readonly tests = new Map<string, TestDeclaration>();
  private readonly liquid: Liquid;

  constructor(liquid: Liquid) {
    this.liquid = liquid;
  }

  add({ filters = {}, functions = {}, tests = {} }: Extension): this {
    for (const [name, filter] of Object.entries(filters)) this.filters.set(name, filter);
    for (const [name, declared] of Object.entries(functions)) this.functions.set(name, declared);
    for (const [name, test] of Object.entries(tests)) this.tests.set(name, test);
    return this;
  }

  /** Whether Liquid itself has a filter of that name. */
  nativeFilter(name: string): boolean {
    return this.liquid.filters[name] !== undefined;
  }

  /** All names that may follow `|`. */
  filterNames(): string[] {
    return [...this.filters.keys(), ...Object.keys(this.liquid.filters)];
  }

  /** Passes a value through one of Liquid's own filters. */
  applyNative(name: string, input: Value, args: readonly unknown[], evaluation: Evaluation): Value {
    const declared = this.liquid.filters[name];
    const handler = typeof declared === 'function' ? declared : declared?.handler;
    if (!handler) throw valueError(`Liquid has no filter "${name}"`);
    const self = { context: contextOf(evaluation, this.liquid), liquid: this.liquid };
    const result: unknown = Reflect.apply(handler, self, [plain(input), ...args.map(plainArgument)]);
    return valueOf(toValueSync(result as Generator<unknown, unknown, unknown>));
  }
}

function plainArgument(argument: unknown): unknown {
  return Array.isArray(argument) ? argument : plain(argument as Value);
}

/** Liquid's filters know JavaScript numbers only. */
function plain(value: Value): unknown {
  if (value instanceof Decimal) return value.value;
  return typeof value === 'bigint' ? Number(value) : value;
}

/** What a native filter gave, as a value; objects of Liquid's own print as text. */
function valueOf(result: unknown): Value {
  if (result === undefined || result === null) return null;
  if (typeof result === 'string' || typeof result === 'number' || typeof result === 'boolean') return result;
  if (Array.isArray(result)) return result.map(valueOf);
  if (typeof result === 'object' && Object.getPrototypeOf(result) === Object.prototype) return result as Value;
  return (result as { toString(): string }).toString();
}

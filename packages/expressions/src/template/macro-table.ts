import { ExpressionError } from '../expression-error.ts';
import { bindArguments } from '../language/bind-arguments.ts';
import { chain, codeOf, runAll, type Code } from '../language/code.ts';
import type { MacroCalls } from '../language/compile.ts';
import type { Argument, CallExpression } from '../language/syntax-tree.ts';
import type { Parameter } from '../library/declaration.ts';
import { didYouMean } from '../suggest.ts';
import type { Macro } from '../evaluation.ts';

interface DefinedMacro extends Macro {
  readonly params: readonly Parameter[];
}

interface PendingCall {
  readonly call: CallExpression;
  readonly bind: (args: (Code | undefined)[]) => void;
  readonly compile: (argument: Argument) => Code;
}

/** The macros of a template. They may be called above their definition, so calls are bound when all is read. */
export class MacroTable implements MacroCalls {
  readonly byName = new Map<string, DefinedMacro>();
  private readonly pending: PendingCall[] = [];
  private readonly knownFunctions: () => Iterable<string>;

  constructor(knownFunctions: () => Iterable<string>) {
    this.knownFunctions = knownFunctions;
  }

  /** @throws {ExpressionError} EXPRESSION_SYNTAX when the name is taken. */
  define(macro: DefinedMacro): void {
    if (this.byName.has(macro.name))
      throw new ExpressionError('EXPRESSION_SYNTAX', `More than one macro is called "${macro.name}"`);
    this.byName.set(macro.name, macro);
  }

  macroCall(call: CallExpression, compile: (argument: Argument) => Code): Code {
    let codes: (Code | undefined)[] = [];
    this.pending.push({ call, compile, bind: (args) => void (codes = args) });
    return codeOf((evaluation) =>
      chain(runAll(codes, evaluation), (values) => {
        evaluation.at = call.at;
        const macro = evaluation.template.macro(call.name);
        if (!macro) throw this.unknown(call);
        return chain(macro.call(values, evaluation), (text) => {
          evaluation.budget.made(text);
          return text;
        });
      }),
    );
  }

  /** Binds the calls. @throws {ExpressionError} EXPRESSION_UNKNOWN for a call of neither function nor macro. */
  resolve(source: string, faults: ExpressionError[] | undefined): void {
    for (const pending of this.pending) {
      try {
        this.bind(pending);
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error;
        error.at(source, pending.call.at);
        if (!faults) throw error;
        faults.push(error);
      }
    }
  }

  private bind({ call, bind, compile }: PendingCall): void {
    const macro = this.byName.get(call.name);
    if (!macro) throw this.unknown(call);
    const args = bindArguments(`Macro "${call.name}"`, macro, call.args);
    bind(args.map((value) => value && compile({ name: undefined, value })));
  }

  private unknown({ name }: CallExpression): ExpressionError {
    return new ExpressionError('EXPRESSION_UNKNOWN', `Unknown function or macro "${name}"`, {
      subject: name,
      hint: didYouMean(name, [...this.byName.keys(), ...this.knownFunctions()]),
    });
  }
}

import { MissingError, type ExpressionError } from '../expression-error.ts';
import type { Evaluation } from '../evaluation.ts';
import { isList, isMap, type Value } from '../json.ts';
import { closest, didYouMean } from '../suggest.ts';
import { memberOf, namedMember } from '../values/members.ts';
import { methodNames } from '../values/methods.ts';
import { joinedText, kindOf } from '../values/print.ts';
import { chain, lift2, type Code } from './code.ts';

/** Keys of a large map that "did you mean" looks at. */
const MOST_CANDIDATES = 200;

/** A variable. */
export function nameCode(name: string, at: number): Code {
  const soft = (evaluation: Evaluation): Value | undefined =>
    evaluation.lookup(name) ?? (name === '_context' ? evaluation.variables() : evaluation.lookup(name));
  return {
    soft,
    run(evaluation) {
      const value = soft(evaluation);
      if (value !== undefined) return value;
      evaluation.at = at;
      throw new MissingError(name, `Unable to find \`${name}\``, didYouMean(name, evaluation.names()));
    },
  };
}

/** `target.name`, `target[key]`. */
export function memberCode(target: Code, key: Code, at: number): Code {
  const name = key.constant;
  if (typeof name !== 'string') return computedMemberCode(target, key, at);
  return {
    run(evaluation) {
      const self = target.run(evaluation);
      if (self instanceof Promise)
        return self.then((settled) =>
          found(settled, name, namedMember(settled, name, evaluation.budget), evaluation, at),
        );
      return found(self, name, namedMember(self, name, evaluation.budget), evaluation, at);
    },
    soft(evaluation) {
      const self = target.soft(evaluation);
      const step = (settled: Value | undefined): Value | undefined =>
        settled === undefined ? undefined : namedMember(settled, name, evaluation.budget);
      return self instanceof Promise ? self.then(step) : step(self);
    },
  };
}

function computedMemberCode(target: Code, key: Code, at: number): Code {
  const { run } = lift2(at, target, key, (self, name, evaluation) =>
    found(self, name, memberOf(self, name, evaluation.budget), evaluation, at),
  );
  return {
    run,
    soft: (evaluation) =>
      chain(target.soft(evaluation), (self) =>
        self === undefined
          ? undefined
          : chain(key.soft(evaluation), (name) =>
              name === undefined ? undefined : memberOf(self, name, evaluation.budget),
            ),
      ),
  };
}

function found(self: Value, key: Value, value: Value | undefined, evaluation: Evaluation, at: number): Value {
  if (value !== undefined) return value;
  evaluation.at = at;
  const name = typeof key === 'string' ? key : joinedText(key, evaluation.budget);
  if (self === null) throw new MissingError(name, `Unable to find \`${name}\`: what it is asked of is null`);
  const candidates = isMap(self) ? someKeys(self) : methodNames(self);
  const where = isList(self) ? ` in a list of ${self.length}` : isMap(self) ? '' : ` in ${kindOf(self)}`;
  throw new MissingError(name, `Unable to find \`${name}\`${where}`, didYouMean(name, candidates));
}

function someKeys(map: object): string[] {
  const keys: string[] = [];
  for (const key in map) if (keys.push(key) >= MOST_CANDIDATES) break;
  return keys;
}

/** The error for a method that a value does not have. */
export function noMethod(self: Value, name: string): ExpressionError {
  const near = closest(name, methodNames(self));
  return new MissingError(
    name,
    `Unable to find \`${name}\`: ${kindOf(self)} has no such method`,
    near && `Did you mean "${near}()"?`,
  );
}

import type { Evaluation } from '../evaluation.ts';
import type { Value } from '../json.ts';
import { truth } from '../values/truth.ts';
import { chain, codeOf, type Code } from './code.ts';

/** `left and right`, `left or right`: the right side is only looked at when the left does not settle it. */
export function logicCode(operator: 'and' | 'or', left: Code, right: Code, at: number): Code {
  const decided = operator === 'or';
  const where = `"${operator}"`;
  const isTrue = (value: Value, evaluation: Evaluation): boolean => {
    evaluation.at = at;
    return truth(value, where);
  };
  return codeOf((evaluation) =>
    chain(left.run(evaluation), (first) =>
      isTrue(first, evaluation) === decided
        ? decided
        : chain(right.run(evaluation), (second) => isTrue(second, evaluation)),
    ),
  );
}

/** `condition ? yes : no`; null counts as no. */
export function ternaryCode(condition: Code, yes: Code, no: Code, at: number): Code {
  return codeOf((evaluation) =>
    chain(condition.run(evaluation), (value) => {
      evaluation.at = at;
      return value !== null && truth(value, 'The condition before "?"') ? yes.run(evaluation) : no.run(evaluation);
    }),
  );
}

/** `left ?? right`, `left ??? right`. */
export function fallbackCode(left: Code, right: Code, lacks: (value: Value | undefined) => boolean): Code {
  return {
    run(evaluation) {
      const value = left.soft(evaluation);
      if (value instanceof Promise)
        return value.then((settled) => (lacks(settled) ? right.run(evaluation) : (settled as Value)));
      return lacks(value) ? right.run(evaluation) : (value as Value);
    },
    soft: (evaluation) => chain(left.soft(evaluation), (value) => (lacks(value) ? right.soft(evaluation) : value)),
  };
}

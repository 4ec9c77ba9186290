import type { Value } from '../json.ts';
import { limited } from './control.ts';
import { NO_PATH, pathsOf, type Filter } from './filter.ts';
import { operate } from './operators.ts';
import { withValueAt, withoutPaths } from './paths.ts';
import { isTrue } from './value-order.ts';

/** `left = right`, `left |= right`, `left += right` and the like. */
export function update(operator: string, left: Filter, right: Filter): Filter {
  if (operator === '|=') return modified(left, right);
  return (run, env, input, _path, _paths, emit) =>
    right(run, env, input, undefined, false, (value) => {
      const put = (old: Value): Value => {
        if (operator === '=') return value;
        if (operator === '//=') return isTrue(old) ? old : value;
        return operate(operator.slice(0, -1), old, value, run.budget);
      };
      const result = pathsOf(run, left, env, input).reduce<Value>(
        (state, path) => withValueAt(state, path, put, run.budget),
        input,
      );
      emit(result, NO_PATH);
    });
}

/** `left |= right`: what `right` gives nothing for is deleted. */
function modified(left: Filter, right: Filter): Filter {
  return (run, env, input, _path, _paths, emit) => {
    const deleted: Value[][] = [];
    let state = input;
    for (const path of pathsOf(run, left, env, input)) {
      let given = false;
      state = withValueAt(
        state,
        path,
        (old) => {
          let first: Value = null;
          limited(1, right)(run, env, old, undefined, false, (value) => {
            first = value;
            given = true;
          });
          return first;
        },
        run.budget,
      );
      if (!given) deleted.push(path);
    }
    emit(deleted.length === 0 ? state : withoutPaths(state, deleted, run.budget), NO_PATH);
  };
}

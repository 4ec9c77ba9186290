import { JqError } from './jq-error.ts';
import { NO_PATH, type Filter } from './filter.ts';
import { isTrue } from './value-order.ts';

/** Leaves a `label`. */
export class Break {
  readonly label: object;

  constructor(label: object) {
    this.label = label;
  }
}

/** An error of what comes after a `try`, which that must not catch. */
class Outward {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

function outward(emit: () => void): void {
  try {
    emit();
  } catch (error) {
    throw error instanceof JqError ? new Outward(error) : error;
  }
}

/** A filter that a `Break` with this label leaves. */
export function labelled(body: Filter, label: object): Filter {
  return (run, env, input, path, paths, emit) => {
    const { depth } = run;
    try {
      body(run, env, input, path, paths, emit);
    } catch (error) {
      if (!(error instanceof Break) || error.label !== label) throw error;
      run.depth = depth;
    }
  };
}

/** Hands on the first values of a filter only. */
export function limited(count: number, body: Filter): Filter {
  return (run, env, input, path, paths, emit) => {
    if (count <= 0) return;
    const label = {};
    let left = count;
    labelled((...args) => {
      const [, , , , , hand] = args;
      body(run, env, input, path, paths, (value, at) => {
        left--;
        hand(value, at);
        if (left <= 0) throw new Break(label);
      });
    }, label)(run, env, input, path, paths, emit);
  };
}

/** `try body catch handler`: what fails behind the body is not caught. */
export function attempt(body: Filter, handler: Filter | undefined): Filter {
  return (run, env, input, path, paths, emit) => {
    const { depth } = run;
    try {
      body(run, env, input, path, paths, (value, at) => outward(() => emit(value, at)));
    } catch (error) {
      if (error instanceof Outward) throw error.error;
      if (!(error instanceof JqError)) throw error;
      run.depth = depth;
      handler?.(run, env, error.value, NO_PATH, false, emit);
    }
  };
}

/** `left // right`: the right side where the left gives nothing that is true. */
export function alternative(left: Filter, right: Filter): Filter {
  return (run, env, input, path, paths, emit) => {
    let found = false;
    try {
      left(run, env, input, path, paths, (value, at) => {
        if (!isTrue(value)) return;
        found = true;
        emit(value, at);
      });
    } catch (error) {
      if (!(error instanceof JqError)) throw error;
    }
    if (!found) right(run, env, input, path, paths, emit);
  };
}

/** `and` and `or`; `decided` is the value of the left side that settles it. */
export function logic(decided: boolean, left: Filter, right: Filter): Filter {
  return (run, env, input, _path, _paths, emit) =>
    left(run, env, input, undefined, false, (first) => {
      if (isTrue(first) === decided) emit(decided, NO_PATH);
      else right(run, env, input, undefined, false, (second) => emit(isTrue(second), NO_PATH));
    });
}

/** `if … then … elif … else … end`. */
export function condition(branches: readonly (readonly [Filter, Filter])[], otherwise: Filter): Filter {
  const [first, ...rest] = branches;
  if (!first) return otherwise;
  const [test, then] = first;
  const next = condition(rest, otherwise);
  return (run, env, input, path, paths, emit) =>
    test(run, env, input, undefined, false, (value) =>
      (isTrue(value) ? then : next)(run, env, input, path, paths, emit),
    );
}

/** `left | right`. */
export function pipe(left: Filter, right: Filter): Filter {
  return (run, env, input, path, paths, emit) =>
    left(run, env, input, path, paths, (value, at) => right(run, env, value, at, paths, emit));
}

/** `left, right`. */
export function comma(left: Filter, right: Filter): Filter {
  return (run, env, input, path, paths, emit) => {
    left(run, env, input, path, paths, emit);
    right(run, env, input, path, paths, emit);
  };
}

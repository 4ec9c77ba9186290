import type { Value } from '../json.ts';
import { limited } from './control.ts';
import { simple } from './declare-builtin.ts';
import { NO_PATH, collect, constant, identity, type Builtin, type Filter, type JqRun } from './filter.ts';
import { JqError } from './jq-error.ts';
import { isTrue, numberFrom } from './value-order.ts';

/** Functions of the standard library that decide what is handed on, and how often. */
export const FLOW_BUILTINS: Readonly<Record<string, Builtin>> = {
  'empty/0': () => () => undefined,
  'error/0': () => (_run, _env, input) => {
    throw new JqError(input);
  },
  'error/1':
    (message = identity) =>
    (run, env, input) =>
      message(run, env, input, undefined, false, (value) => {
        if (value !== null) throw new JqError(value);
      }),
  'not/0': simple((input) => !isTrue(input)),
  'range/1':
    (to = identity) =>
    (run, env, input, _path, _paths, emit) =>
      to(run, env, input, undefined, false, (end) => range(run, 0, end, 1, (value) => emit(value, NO_PATH))),
  'range/2': (from = identity, to = identity) => rangeOf(from, to, constant(1)),
  'range/3': (from = identity, to = identity, by = identity) => rangeOf(from, to, by),
  'select/1':
    (test = identity) =>
    (run, env, input, path, _paths, emit) =>
      test(run, env, input, undefined, false, (value) => {
        if (isTrue(value)) emit(input, path);
      }),
  'recurse/1': (step = identity) => descending(step, () => true),
  'repeat/1': (step = identity) => descending(step, () => true),
  'while/2': (test = identity, step = identity) =>
    descending(step, (value, run, env) => collect(run, test, env, value).some(isTrue)),
  'first/1': (body = identity) => limited(1, body),
  'last/1':
    (body = identity) =>
    (run, env, input, path, paths, emit) => {
      let last: (() => void) | undefined;
      body(run, env, input, path, paths, (value, at) => (last = () => emit(value, at)));
      last?.();
    },
  'limit/2':
    (count = identity, body = identity) =>
    (run, env, input, path, paths, emit) =>
      count(run, env, input, undefined, false, (value) => {
        const most = numberFrom(value, 'limit');
        (most < 0 ? body : limited(most, body))(run, env, input, path, paths, emit);
      }),
  'isempty/1':
    (body = identity) =>
    (run, env, input, _path, _paths, emit) => {
      let empty = true;
      limited(1, body)(run, env, input, undefined, false, () => (empty = false));
      emit(empty, NO_PATH);
    },
  'until/2':
    (test = identity, step = identity) =>
    (run, env, input, path, _paths, emit) =>
      repeatUntil(
        run,
        input,
        (value) => collect(run, test, env, value).some(isTrue),
        (value) => collect(run, step, env, value),
        (value) => emit(value, path),
      ),
};

function range(run: JqRun, from: Value, to: Value, by: Value, emit: (value: Value) => void): void {
  const [start, end, step] = [from, to, by].map((value) => numberFrom(value, 'range'));
  if (start === undefined || end === undefined || !step) return;
  for (let value = start; step > 0 ? value < end : value > end; value += step) {
    run.budget.step(1);
    emit(value);
  }
}

function rangeOf(from: Filter, to: Filter, by: Filter): Filter {
  return (run, env, input, _path, _paths, emit) =>
    from(run, env, input, undefined, false, (start) =>
      to(run, env, input, undefined, false, (end) =>
        by(run, env, input, undefined, false, (step) => range(run, start, end, step, (value) => emit(value, NO_PATH))),
      ),
    );
}

/** The input, what a filter makes of it, what it makes of that, …, depth first, as long as something holds. */
function descending(step: Filter, holds: (value: Value, run: JqRun, env: Parameters<Filter>[1]) => boolean): Filter {
  return (run, env, input, path, paths, emit) => {
    const waiting: [Value, typeof path][] = [[input, path]];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const [value, at] = next;
      run.budget.step(1);
      if (!holds(value, run, env)) continue;
      emit(value, at);
      const from = waiting.length;
      step(run, env, value, at, paths, (below, place) => waiting.push([below, place]));
      waiting.splice(from, waiting.length - from, ...waiting.slice(from).reverse());
    }
  };
}

function repeatUntil(
  run: JqRun,
  input: Value,
  done: (value: Value) => boolean,
  step: (value: Value) => readonly Value[],
  emit: (value: Value) => void,
): void {
  let value = input;
  while (!done(value)) {
    run.budget.step(1);
    const next = step(value);
    if (next.length !== 1) return next.forEach((one) => repeatUntil(run, one, done, step, emit));
    value = next[0] ?? null;
  }
  emit(value);
}

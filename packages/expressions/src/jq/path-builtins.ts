import { strict } from './declare-builtin.ts';
import { NO_PATH, identity, pathsOf, type Builtin } from './filter.ts';
import { valueAt, withValueAt, withoutPaths } from './paths.ts';
import { listFrom } from './value-order.ts';

/** Functions of the standard library for paths. */
export const PATH_BUILTINS: Readonly<Record<string, Builtin>> = {
  'path/1':
    (body = identity) =>
    (run, env, input, _path, _paths, emit) => {
      for (const path of pathsOf(run, body, env, input)) emit(path, NO_PATH);
    },
  'del/1':
    (body = identity) =>
    (run, env, input, _path, _paths, emit) =>
      emit(withoutPaths(input, pathsOf(run, body, env, input), run.budget), undefined),
  'delpaths/1': strict((input, [paths], run) =>
    withoutPaths(
      input,
      listFrom(paths ?? null, 'delpaths').map((path) => listFrom(path, 'delpaths')),
      run.budget,
    ),
  ),
  'getpath/1':
    (wanted = identity) =>
    (run, env, input, path, paths, emit) =>
      wanted(run, env, input, undefined, false, (value) => {
        const steps = listFrom(value, 'getpath');
        const at = steps.reduce((before, key) => ({ key, before }), path);
        emit(valueAt(input, steps, run.budget), paths ? at : undefined);
      }),
  'setpath/2': strict((input, [path, value], run) =>
    withValueAt(input, listFrom(path ?? null, 'setpath'), () => value ?? null, run.budget),
  ),
};

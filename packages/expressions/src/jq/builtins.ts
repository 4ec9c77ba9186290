import { simple } from './declare-builtin.ts';
import { COLLECTION_BUILTINS } from './collection-builtins.ts';
import { compileJq } from './compile.ts';
import { DATE_BUILTINS } from './date-builtins.ts';
import type { Builtin, Filter } from './filter.ts';
import { FLOW_BUILTINS } from './flow-builtins.ts';
import { KIND_BUILTINS } from './kind-builtins.ts';
import { MATH_BUILTINS } from './math-builtins.ts';
import { ORDER_BUILTINS } from './order-builtins.ts';
import { parseJq } from './parse.ts';
import { PATH_BUILTINS } from './path-builtins.ts';
import { PRELUDE } from './prelude.ts';
import { REGEX_BUILTINS } from './regex-builtins.ts';
import { TEXT_BUILTINS } from './text-builtins.ts';

const BUILTINS: Readonly<Record<string, Builtin>> = {
  ...COLLECTION_BUILTINS,
  ...DATE_BUILTINS,
  ...FLOW_BUILTINS,
  ...KIND_BUILTINS,
  ...MATH_BUILTINS,
  ...ORDER_BUILTINS,
  ...PATH_BUILTINS,
  ...REGEX_BUILTINS,
  ...TEXT_BUILTINS,
  'builtins/0': simple(() => [...Object.keys(BUILTINS), ...Object.keys(PRELUDE)]),
  'env/0': simple(() => ({})),
};

/** A function of the standard library by name and number of arguments, `map/1`; `undefined` when there is none. */
export function builtin(key: string): Builtin | undefined {
  if (Object.hasOwn(BUILTINS, key)) return BUILTINS[key];
  const source = Object.hasOwn(PRELUDE, key) ? PRELUDE[key] : undefined;
  return source === undefined ? undefined : (...args) => fromPrelude(source, args);
}

/**
 * A function that is written in jq, compiled when first run. Its parameters are called p0, p1, …; what they were given
 * runs in the environment of the prelude, which is that of the call and more.
 */
function fromPrelude(source: string, args: readonly Filter[]): Filter {
  const bound = (key: string): Builtin | undefined => {
    const arg = args[Number(/^p(\d)\/0$/.exec(key)?.[1] ?? -1)];
    return arg ? () => arg : builtin(key);
  };
  let compiled: Filter | undefined;
  return (...call) => {
    compiled ??= compileJq(parseJq(source), bound);
    compiled(...call);
  };
}

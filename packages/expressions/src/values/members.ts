import type { Budget } from '../budget.ts';
import { Decimal, isList, isMap, type Value, type ValueMap } from '../json.ts';
import { numberOf } from './number.ts';
import { callMethod } from './methods.ts';

/** Member of a value by a name or index; `undefined` when there is none. Own members only, nothing inherited. */
export function memberOf(target: Value, key: Value, budget: Budget): Value | undefined {
  if (typeof key === 'string') return namedMember(target, key, budget);
  const index = numberOf(key);
  if (index === undefined || key instanceof Decimal) return undefined;
  if (isList(target)) return Number.isInteger(index) && index >= 0 ? target[index] : undefined;
  return isMap(target) && Object.hasOwn(target, index) ? target[String(index)] : undefined;
}

/** Member of a value by its name: an entry of a map, an item of a list by its number as text, or a plain property such as `size`. */
export function namedMember(target: Value, name: string, budget: Budget): Value | undefined {
  if (typeof target === 'object' && target !== null) {
    if (isList(target)) {
      if (/^\d{1,9}$/.test(name)) return target[Number(name)];
    } else if (Object.hasOwn(target, name)) return (target as ValueMap)[name];
    else if (!(target instanceof Decimal)) return undefined;
  }
  return target === null ? undefined : callMethod(target, name, [], budget);
}

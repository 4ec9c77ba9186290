/**
 * Does the same with every item, one after the other, so that errors and budgets do not depend on which answer came
 * first. Waits only where a step waits.
 */
export function inTurn<T, R>(
  items: readonly T[],
  step: (item: T) => R | Promise<R>,
  done: R[] = [],
): R[] | Promise<R[]> {
  for (let index = done.length; index < items.length; index++) {
    const result = step(items[index] as T);
    if (result instanceof Promise) return result.then((settled) => inTurn(items, step, [...done, settled]));
    done.push(result);
  }
  return done;
}

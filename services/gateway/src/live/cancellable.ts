/**
 * An iterator over a generator that ends at once when its reader leaves: `return()` of a bare generator waits until it
 * yields the next time, which for a quiet feed is never.
 */
export function cancellable<T>(
  start: (signal: AbortSignal) => AsyncGenerator<T, void, void>,
  outer?: AbortSignal,
): AsyncGenerator<T, void, void> {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  outer?.addEventListener('abort', abort);
  if (outer?.aborted) abort();
  const generator = start(controller.signal);
  const end = (): Promise<IteratorResult<T, void>> => {
    abort();
    outer?.removeEventListener('abort', abort);
    return generator.return();
  };
  return {
    next: () => generator.next(),
    return: end,
    throw: (error) => {
      abort();
      return generator.throw(error);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await end();
    },
  } as AsyncGenerator<T, void, void>;
}

/** Lets one waiter sleep until something happens. What happens while nobody waits is remembered. */
export class Wakeup {
  #pending = false;
  #wake: (() => void) | undefined;

  /** Something has happened. */
  notify(): void {
    this.#pending = true;
    this.#wake?.();
  }

  /** Resolves to `true` when something has happened since the last call, to `false` when the time is over or it was aborted. */
  async wait(timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    if (!this.#pending && !signal.aborted) await this.#sleep(timeoutMs, signal);
    const happened = this.#pending;
    this.#pending = false;
    return happened;
  }

  #sleep(timeoutMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(wake, timeoutMs);
      signal.addEventListener('abort', wake);
      this.#wake = wake;
    });
  }
}

/** How much work a runner takes on at once: tasks that work, and besides these tasks that only wait. */
export class Slots {
  readonly #limits: { readonly slots: number; readonly waitingSlots: number };
  readonly #freed: () => void;
  #busy = 0;
  #waiting = 0;
  #closed = false;
  #emptied: (() => void)[] = [];

  /** @param freed Called whenever one becomes free. */
  constructor(limits: { readonly slots: number; readonly waitingSlots: number }, freed: () => void) {
    this.#limits = limits;
    this.#freed = freed;
  }

  get busy(): number {
    return this.#busy;
  }

  get waiting(): number {
    return this.#waiting;
  }

  get free(): number {
    return this.#limits.slots - this.#busy;
  }

  /**
   * Whether the runner may be handed the next task of an execution as it reports: yes while slots are free, for then
   * nothing waits for one; with none free the queue decides who is next. Not while it is stopping.
   */
  get takesNext(): boolean {
    return !this.#closed && this.free > 0;
  }

  /** No task is handed on any more. */
  close(): void {
    this.#closed = true;
  }

  /** Takes a slot until it is told otherwise; both calls of the result do nothing the second time. */
  take(): { readonly onlyWaits: () => void; readonly release: () => void } {
    this.#busy++;
    let held: 'busy' | 'waiting' | 'none' = 'busy';
    return {
      onlyWaits: () => {
        if (held !== 'busy' || this.#waiting >= this.#limits.waitingSlots) return;
        held = 'waiting';
        this.#busy--;
        this.#waiting++;
        this.#freed();
      },
      release: () => {
        if (held === 'busy') this.#busy--;
        if (held === 'waiting') this.#waiting--;
        held = 'none';
        this.#released();
      },
    };
  }

  /** Resolves once nothing is in hand any more, or after a time. */
  emptyOrAfter(timeoutMs: number): Promise<void> {
    if (this.#busy + this.#waiting === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#emptied.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #released(): void {
    this.#freed();
    if (this.#busy + this.#waiting > 0) return;
    const emptied = this.#emptied;
    this.#emptied = [];
    for (const resolve of emptied) resolve();
  }
}

import type { Subscription } from '@tutti/bus';

/** A subscription that is made when it is first needed. */
export class LazySubscription implements Subscription {
  readonly #make: () => Subscription;
  #made: Subscription | undefined;

  constructor(make: () => Subscription) {
    this.#make = make;
  }

  get begun(): boolean {
    return this.#made !== undefined;
  }

  /** Makes it, once. */
  begin(): void {
    this.#made ??= this.#make();
  }

  async stop(): Promise<void> {
    await this.#made?.stop();
  }
}

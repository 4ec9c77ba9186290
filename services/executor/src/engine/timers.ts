import type { Clock } from '@tutti/service-kit';

/** Longest wait that `setTimeout` can hold, ms. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

interface Timer {
  readonly id: string;
  readonly executionId: string;
  readonly dueAtMs: number;
}

/** The due times of this executor's partitions: a heap over the rows, and one alarm for the earliest. */
export class Timers {
  readonly #clock: Clock;
  readonly #fire: (executionId: string, timerId: string) => void;
  readonly #heap: Timer[] = [];
  /** The timer that counts for each id; others in the heap are leftovers and are skipped when their time comes. */
  readonly #current = new Map<string, Timer>();
  #alarm: NodeJS.Timeout | undefined;

  constructor(clock: Clock, fire: (executionId: string, timerId: string) => void) {
    this.#clock = clock;
    this.#fire = fire;
  }

  set(id: string, executionId: string, dueAtMs: number): void {
    const timer = { id, executionId, dueAtMs };
    this.#current.set(id, timer);
    push(this.#heap, timer);
    if (this.#heap[0] === timer) this.#arm();
  }

  cancel(id: string): void {
    this.#current.delete(id);
  }

  /** Forgets the timers of executions that are somebody else's from now on. */
  forgetWhere(test: (executionId: string) => boolean): void {
    for (const [id, { executionId }] of this.#current) if (test(executionId)) this.#current.delete(id);
  }

  stop(): void {
    clearTimeout(this.#alarm);
    this.#current.clear();
    this.#heap.length = 0;
  }

  #arm(): void {
    clearTimeout(this.#alarm);
    const earliest = this.#heap[0];
    if (!earliest) return;
    const waitMs = Math.min(Math.max(earliest.dueAtMs - this.#clock.nowMs(), 0), LONGEST_WAIT_MS);
    this.#alarm = setTimeout(() => this.#ring(), waitMs);
  }

  #ring(): void {
    const nowMs = this.#clock.nowMs();
    for (let earliest = this.#heap[0]; earliest && earliest.dueAtMs <= nowMs; earliest = this.#heap[0]) {
      pop(this.#heap);
      if (this.#current.get(earliest.id) !== earliest) continue;
      this.#current.delete(earliest.id);
      this.#fire(earliest.executionId, earliest.id);
    }
    this.#arm();
  }
}

function push(heap: Timer[], timer: Timer): void {
  let at = heap.length;
  heap.push(timer);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (heap[parent]!.dueAtMs <= timer.dueAtMs) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = timer;
}

function pop(heap: Timer[]): void {
  const last = heap.pop();
  if (!last || heap.length === 0) return;
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    if (left >= heap.length) break;
    const child = left + 1 < heap.length && heap[left + 1]!.dueAtMs < heap[left]!.dueAtMs ? left + 1 : left;
    if (heap[child]!.dueAtMs >= last.dueAtMs) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = last;
}

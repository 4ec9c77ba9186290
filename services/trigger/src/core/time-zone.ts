const HOUR_MS = 3_600_000;
/** No zone has changed its clocks twice within so short a time. */
const STEP_MS = 5 * 24 * HOUR_MS;
/** How far a change of clocks is looked for; a longer stretch is told in parts. */
const HORIZON_MS = 3 * 366 * 24 * HOUR_MS;

/** A stretch of time in which clocks of a zone run without being changed. The next one may have the same offset. */
export interface Stretch {
  /** Local time minus UTC. */
  readonly offsetMs: number;
  /** When it began, Unix ms. */
  readonly fromMs: number;
  /** When the next one begins. */
  readonly untilMs: number;
}

/** A time zone: how clocks in it run. */
export interface TimeZone {
  readonly name: string;
  offsetAt(atMs: number): number;
  stretchAt(atMs: number): Stretch;
}

const zones = new Map<string, TimeZone>();

/**
 * The zone of an IANA name (`Europe/Paris`) or a fixed offset (`+02:00`).
 * @throws {RangeError} when there is none.
 */
export function timeZone(name: string): TimeZone {
  const known = zones.get(name) ?? new RuledZone(name);
  zones.set(name, known);
  return known;
}

/** Asks the platform for offsets, which is slow, and remembers the changes it finds. */
class RuledZone implements TimeZone {
  readonly name: string;
  readonly #format: Intl.DateTimeFormat;
  readonly #stretches: Stretch[] = [];

  constructor(name: string) {
    this.name = name;
    this.#format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  }

  offsetAt(atMs: number): number {
    return this.stretchAt(atMs).offsetMs;
  }

  stretchAt(atMs: number): Stretch {
    const known = this.#stretches.findLast(({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs);
    if (known) return known;
    const found = this.#find(atMs);
    this.#stretches.push(found);
    return found;
  }

  #find(atMs: number): Stretch {
    const offsetMs = this.#ask(atMs);
    return { offsetMs, fromMs: this.#edge(atMs, offsetMs, -STEP_MS), untilMs: this.#edge(atMs, offsetMs, STEP_MS) };
  }

  /** When the offset begins (`stepMs` negative) or ceases to hold. */
  #edge(atMs: number, offsetMs: number, stepMs: number): number {
    let inside = atMs;
    for (; Math.abs(inside - atMs) < HORIZON_MS; inside += stepMs)
      if (this.#ask(inside + stepMs) !== offsetMs) return this.#bisect(inside, inside + stepMs, offsetMs);
    return inside;
  }

  /** The first instant of the later side, where the offset holds at `inside` and not at `outside`. */
  #bisect(inside: number, outside: number, offsetMs: number): number {
    let [held, lost] = [Math.floor(inside / 1000), Math.floor(outside / 1000)];
    while (Math.abs(held - lost) > 1) {
      const middle = Math.floor((held + lost) / 2);
      if (this.#ask(middle * 1000) === offsetMs) held = middle;
      else lost = middle;
    }
    return Math.max(held, lost) * 1000;
  }

  #ask(atMs: number): number {
    const name = this.#format.formatToParts(atMs).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign, hours = '0', minutes = '0', seconds = '0'] =
      /^GMT(?:([+-])(\d+):(\d+)(?::(\d+))?)?/.exec(name) ?? [];
    const offsetMs = Number(hours) * HOUR_MS + Number(minutes) * 60_000 + Number(seconds) * 1000;
    return sign === '-' ? -offsetMs : offsetMs;
  }
}

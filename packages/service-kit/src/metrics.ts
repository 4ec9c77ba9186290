/** Values of a metric's labels, by name. */
export type Labels = Readonly<Record<string, string>>;

/** Only rises. */
export interface Counter {
  add(amount?: number): void;
}
/** Goes up and down. */
export interface Gauge {
  set(value: number): void;
  add(amount?: number): void;
}
/** Counts what was observed, by size. */
export interface Histogram {
  observe(value: number): void;
}

/** A metric with labels: `with` gives the one series; keep it where the path is hot. */
export interface Family<Series> {
  with(labels: Labels): Series;
}

/** Upper bounds for durations in seconds, from a millisecond to a minute. */
export const DURATION_BUCKETS_S: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
];

/**
 * The metrics of one process, in Prometheus's text form.
 * Names follow Prometheus's rules: `tutti_<service>_<what>_<unit>`, counters end in `_total`.
 */
export class Metrics {
  readonly #families = new Map<string, { readonly head: string; readonly lines: () => string[] }>();

  counter(name: string, help: string): Counter & Family<Counter> {
    return this.#scalar(name, help, 'counter');
  }

  gauge(name: string, help: string): Gauge & Family<Gauge> {
    return this.#scalar(name, help, 'gauge');
  }

  /** A gauge that is read when somebody asks. */
  observed(name: string, help: string, read: () => number, type: 'gauge' | 'counter' = 'gauge'): void {
    this.#register(name, help, type, () => [`${name} ${read()}`]);
  }

  histogram(name: string, help: string, buckets = DURATION_BUCKETS_S): Histogram & Family<Histogram> {
    const series = new Map<string, BucketSeries>();
    const at = (labels: Labels): BucketSeries =>
      getOrCreate(series, labelText(labels), () => new BucketSeries(labels, buckets));
    this.#register(name, help, 'histogram', () => [...series.values()].flatMap((one) => one.lines(name)));
    return { observe: (value) => at({}).observe(value), with: at };
  }

  /** Everything, as `/metrics` answers it. */
  render(): string {
    return [...this.#families.values()].map(({ head, lines }) => `${[head, ...lines()].join('\n')}\n`).join('');
  }

  #scalar(name: string, help: string, type: 'counter' | 'gauge'): Gauge & Family<Gauge> {
    const series = new Map<string, ScalarSeries>();
    const at = (labels: Labels): ScalarSeries => getOrCreate(series, labelText(labels), () => new ScalarSeries());
    this.#register(name, help, type, () => [...series].map(([labels, { value }]) => `${name}${labels} ${value}`));
    return { add: (amount) => at({}).add(amount), set: (value) => at({}).set(value), with: at };
  }

  #register(name: string, help: string, type: string, lines: () => string[]): void {
    if (this.#families.has(name)) throw new Error(`The metric ${name} is declared twice.`);
    this.#families.set(name, { head: `# HELP ${name} ${help}\n# TYPE ${name} ${type}`, lines });
  }
}

/** Adds what every process tells of itself: memory, CPU time, age. */
export function addProcessMetrics(metrics: Metrics): void {
  metrics.observed('process_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss());
  metrics.observed('process_cpu_seconds_total', 'User and system time.', cpuSeconds, 'counter');
  metrics.observed('process_start_time_seconds', 'Unix time of the start.', () => Date.now() / 1000 - process.uptime());
}

class ScalarSeries implements Gauge {
  value = 0;

  add(amount = 1): void {
    this.value += amount;
  }

  set(value: number): void {
    this.value = value;
  }
}

class BucketSeries implements Histogram {
  readonly #labels: Labels;
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;
  #total = 0;

  constructor(labels: Labels, bounds: readonly number[]) {
    this.#labels = labels;
    this.#bounds = bounds;
    this.#counts = bounds.map(() => 0);
  }

  observe(value: number): void {
    const bucket = this.#bounds.findIndex((bound) => value <= bound);
    if (bucket >= 0) this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sum += value;
    this.#total += 1;
  }

  lines(name: string): string[] {
    let below = 0;
    const buckets = this.#bounds.map((bound, index) => {
      below += this.#counts[index] ?? 0;
      return `${name}_bucket${labelText({ ...this.#labels, le: String(bound) })} ${below}`;
    });
    const labels = labelText(this.#labels);
    return [
      ...buckets,
      `${name}_bucket${labelText({ ...this.#labels, le: '+Inf' })} ${this.#total}`,
      `${name}_sum${labels} ${this.#sum}`,
      `${name}_count${labels} ${this.#total}`,
    ];
  }
}

function getOrCreate<T>(map: Map<string, T>, key: string, create: () => T): T {
  const found = map.get(key);
  if (found) return found;
  const made = create();
  map.set(key, made);
  return made;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

import type { Metric } from '@tutti/contracts';

/** Metrics of one attempt or child; more than this many are left out. */
const METRICS_MAX = 1_000;

/** Collects what a task counts, sums counters of one name and the same tags, keeps the last value of a gauge. */
export class MetricSink {
  readonly #metrics = new Map<string, Metric>();

  add(metric: Metric): void {
    const key = `${metric.type} ${metric.name} ${JSON.stringify(metric.tags ?? {})}`;
    const before = this.#metrics.get(key);
    if (!before && this.#metrics.size >= METRICS_MAX) return;
    const value = before && metric.type !== 'gauge' ? before.value + metric.value : metric.value;
    this.#metrics.set(key, { ...metric, value });
  }

  list(): readonly Metric[] {
    return [...this.#metrics.values()];
  }
}

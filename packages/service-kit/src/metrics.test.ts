import { describe, expect, it } from 'vitest';
import { Metrics, addProcessMetrics } from './metrics.ts';

describe('metrics', () => {
  it('are rendered in Prometheus’s text form', () => {
    const metrics = new Metrics();
    const ended = metrics.counter('ended_total', 'Executions that ended.');
    ended.with({ state: 'SUCCESS' }).add();
    ended.with({ state: 'SUCCESS' }).add(2);
    ended.with({ state: 'say "hi"\n\\' }).add();
    metrics.gauge('slots', 'Free slots.').set(7);
    const size = metrics.histogram('size_bytes', 'Size of files.', [10, 100]);
    for (const value of [5, 10, 50, 500]) size.observe(value);
    expect(metrics.render()).toBe(
      [
        '# HELP ended_total Executions that ended.',
        '# TYPE ended_total counter',
        'ended_total{state="SUCCESS"} 3',
        String.raw`ended_total{state="say \"hi\"\n\\"} 1`,
        '# HELP slots Free slots.',
        '# TYPE slots gauge',
        'slots 7',
        '# HELP size_bytes Size of files.',
        '# TYPE size_bytes histogram',
        'size_bytes_bucket{le="10"} 2',
        'size_bytes_bucket{le="100"} 3',
        'size_bytes_bucket{le="+Inf"} 4',
        'size_bytes_sum 565',
        'size_bytes_count 4',
        '',
      ].join('\n'),
    );
  });

  it('may not be declared twice', () => {
    const metrics = new Metrics();
    metrics.gauge('slots', 'Free slots.');
    expect(() => metrics.counter('slots', 'Again.')).toThrow('slots');
  });

  it('tell of the process', () => {
    const metrics = new Metrics();
    addProcessMetrics(metrics);
    expect(metrics.render()).toMatch(/^process_resident_memory_bytes [1-9]\d+$/m);
  });
});

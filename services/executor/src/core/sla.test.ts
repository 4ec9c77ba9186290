import { describe, expect, it } from 'vitest';
import { planOf, run, say, World } from './testing.ts';

const world = (...args: Parameters<typeof planOf>) => new World(planOf(...args)).start();
const assertion = (assert: string, behavior: 'NONE' | 'FAIL' = 'NONE') => [{ id: 's', behavior, labels: {}, type: 'EXECUTION_ASSERTION', assert } as const]; // prettier-ignore

describe('an assertion', () => {
  it('is violated once', () => {
    const it = world([run('a'), run('b')], { sla: assertion('false') });
    expect(it.decisions[0]!.logs).toMatchObject([{ level: 'WARN', message: "SLA 's' violated: assertion is false: false." }]); // prettier-ignore
    expect(it.end('a').logs).toEqual([]);
    expect(it.execution.note.violated).toEqual(['s']);
  });

  it('is not tested after the end', () => {
    const it = world([say('a', 'x')], { sla: assertion("{{ labels.l != 'm' }}", 'FAIL') });
    const { events, logs } = it.send({ type: 'SetLabels', labels: [{ key: 'l', value: 'm' }] });
    expect(events.map(({ type }) => type)).toEqual(['LabelsSet']);
    expect(logs).toEqual([]);
  });

  it.each([
    ["{{ outputs.none.value == 'x' }}", /^Ignoring SLA 's': ./],
    ["{{ later('') }}", /^Ignoring SLA 's': assertions cannot use functions that wait$/],
  ])('that cannot be told (%s) is only noted in the log, when something has changed', (assert, message) => {
    const it = world([run('a')], { sla: assertion(assert) });
    expect(it.decisions[0]!.logs).toMatchObject([{ level: 'DEBUG', message: expect.stringMatching(message) }]);
    expect(it.start().decisions.at(-1)).toMatchObject({ events: [], logs: [] });
  });

  it('has no timer to be cancelled at the end', () => {
    expect(world([say('a', 'x')], { sla: assertion('true') }).commands).toEqual([]);
  });

  it('that ends the execution lets afterExecution run', () => {
    const it = world([say('a', 'x'), run('b')], { sla: assertion('false', 'FAIL'), afterExecution: [say('z', '')] });
    expect(it.summary).toEqual(['a:SUCCESS', 'b:KILLED', 'z:SUCCESS']);
  });

  it('without labels sets none', () => {
    const it = world([run('a')], { sla: assertion('false') });
    expect(it.events.map(({ type }) => type)).not.toContain('LabelsSet');
  });
});

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '@tutti/cli';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import deviations from './flows/deviations.json' with { type: 'json' };
import { readCases } from './flows/flow-case.ts';
import { FlowSession } from './flows/flow-session.ts';

const cases = await readCases(join(repositoryRoot(), 'tests', 'flows'));
let session: FlowSession;

beforeAll(async () => {
  session = await FlowSession.open(cases);
});
afterAll(() => session?.close());

// Each case has a namespace of its own, so that they may run at once.
describe('flows come to what they come to in Kestra', () => {
  it.concurrent.for(cases)('$name', async (flowCase, { expect }) => {
    const { outcome, faults } = await session.judge(flowCase);
    expect(outcome === 'failed' ? faults : []).toEqual([]);
  });
});

it('every deviation has an expectation of its own, a reason and a line in the reference', async () => {
  const page = await readFile(join(repositoryRoot(), 'docs', 'reference', 'deviations.md'), 'utf8');
  const explained = [...page.matchAll(/\[([\w-]+(?:, [\w-]+)*)\] \|/g)].flatMap(([, names]) => names!.split(', '));
  const deviating = cases.filter(({ ours }) => ours).map(({ name }) => name);
  expect(Object.keys(deviations).toSorted()).toEqual(deviating.toSorted());
  expect(explained.toSorted()).toEqual(deviating.toSorted());
});

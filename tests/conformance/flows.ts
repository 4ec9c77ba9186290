import { readCases } from './flows/flow-case.ts';
import { FlowSession } from './flows/flow-session.ts';

/**
 * Runs every flow of a folder against a Tutti that it starts, and prints each difference. A flow that is listed as a
 * deviation is run too, and is counted apart.
 */
export async function runFlowCases(
  folder: string,
  only?: string,
): Promise<{ readonly passed: number; readonly failed: number }> {
  const cases = (await readCases(folder)).filter(({ name }) => only === undefined || name.includes(only));
  const session = await FlowSession.open(cases);
  const count = { passed: 0, failed: 0, deviates: 0 };
  try {
    for (const flowCase of cases) {
      const { outcome, reason, faults } = await session.judge(flowCase);
      count[outcome] += 1;
      if (outcome === 'deviates') console.log(`${flowCase.name}: deviates (${reason})`);
      for (const fault of faults) console.log(`${flowCase.name}: ${fault}`);
    }
  } finally {
    await session.close();
  }
  if (count.deviates > 0) console.log(`${count.deviates} deviate on purpose`);
  return count;
}

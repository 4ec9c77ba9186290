import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTutti } from '@tutti/cli';
import { readCases, type FlowCase } from './flows/flow-case.ts';
import { FlowRunner } from './flows/flow-runner.ts';
import deviations from './flows/deviations.json' with { type: 'json' };

/** What the expectations were made with. */
const GLOBALS = { team: 'oracle', nested: { number: 7 } };
const ENVIRONMENT = { ENV_GREETING: 'hello' };

/**
 * Runs every flow of a folder against a Tutti that it starts, and prints each difference. A flow that is listed as a
 * deviation is run too; what differs there is printed with its reason and counted apart.
 */
export async function runFlowCases(
  folder: string,
  only?: string,
): Promise<{ readonly passed: number; readonly failed: number }> {
  const cases = (await readCases(folder)).filter(({ name }) => only === undefined || name.includes(only));
  const dataFolder = await mkdtemp(join(tmpdir(), 'tutti-flows-'));
  const env = { ...process.env, ...ENVIRONMENT, ...secretsOf(cases), TUTTI_GLOBALS: JSON.stringify(GLOBALS) };
  const tutti = await startTutti({ dataFolder, port: 0, env });
  const runner = await FlowRunner.open(tutti);
  const count = { passed: 0, failed: 0, deviating: 0 };
  try {
    for (const flowCase of cases) {
      const faults = await runner.run(flowCase);
      const reason = (deviations as Readonly<Record<string, string>>)[flowCase.name];
      if (faults.length === 0) count.passed += 1;
      else if (reason) count.deviating += 1;
      else count.failed += 1;
      for (const fault of faults) console.log(`${flowCase.name}: ${reason ? `deviates (${reason}): ` : ''}${fault}`);
    }
  } finally {
    await runner.close();
    await tutti.stop();
    await rm(dataFolder, { recursive: true, force: true });
  }
  if (count.deviating > 0) console.log(`${count.deviating} deviate on purpose`);
  return count;
}

/** Secrets come from the environment, as `SECRET_<KEY>` in base64. */
const secretsOf = (cases: readonly FlowCase[]): Record<string, string> =>
  Object.fromEntries(
    cases.flatMap(({ run }) =>
      Object.entries(run.secrets ?? {}).map(([key, value]) => [`SECRET_${key}`, Buffer.from(value).toString('base64')]),
    ),
  );

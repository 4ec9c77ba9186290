import { expect, it } from 'vitest';
import { simulate, type Figures } from './simulation.ts';

/** More of them: `TUTTI_SIMULATION_SEEDS=20000 npx vitest run services/executor/src/core/simulation`. */
const SEEDS = Number(process.env['TUTTI_SIMULATION_SEEDS'] ?? 1_500);
const FIRST = Number(process.env['TUTTI_SIMULATION_FIRST'] ?? 1);

it.each([
  ['agrees with the reference in any order of messages', { wishes: false, faults: false }],
  ['agrees with the reference when runners, messages and the executor are lost', { wishes: false, faults: true }],
  ['keeps its laws whatever people wish', { wishes: true, faults: true }],
])('%s', { timeout: 300_000 }, (_name, options) => {
  const sum: Partial<Figures> = {};
  const count = Math.ceil(SEEDS / 3);
  for (let seed = FIRST; seed < FIRST + count; seed++)
    for (const [name, value] of Object.entries(simulate(seed, options)))
      sum[name as keyof Figures] = (sum[name as keyof Figures] ?? 0) + (value as number);
  process.stdout.write(`seeds ${FIRST} to ${FIRST + count - 1} ${JSON.stringify({ ...options, ...sum })}\n`);
  expect(sum.decisions).toBeGreaterThan(count);
});

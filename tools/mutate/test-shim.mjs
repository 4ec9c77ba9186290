/** As much of vitest as the tests of the core use, so that a mutant and its tests are one bundle that runs in a moment. */
import * as chai from 'chai';
import { JestAsymmetricMatchers, JestChaiExpect, JestExtend } from '@vitest/expect';

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);

export const { expect } = chai;
export const describe = (_name, define) => define();

const tests = [];
export function it(name, ...rest) {
  tests.push({ name, run: rest.at(-1) });
}
it.each =
  (table) =>
  (name, ...rest) =>
    table.forEach((row) => it(name, () => (Array.isArray(row) ? rest.at(-1)(...row) : rest.at(-1)(row))));

/** Runs what was defined, in order; throws at the first failure. */
export async function runTests() {
  for (const { run } of tests) await run();
}

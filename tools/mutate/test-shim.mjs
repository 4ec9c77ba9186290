/** As much of vitest as the tests of the core use, so that they run within a moment, in the process that changes the core. */
import * as chai from 'chai';
import { JestAsymmetricMatchers, JestChaiExpect, JestExtend } from '@vitest/expect';

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);

/** What a test file imports, and the tests it defines with it. */
export function vitestFor(tests) {
  const it = (name, ...rest) => tests.push({ name, run: rest.at(-1) });
  it.each =
    (table) =>
    (name, ...rest) =>
      table.forEach((row) => it(name, () => (Array.isArray(row) ? rest.at(-1)(...row) : rest.at(-1)(row))));
  return { describe: (_name, define) => define(), expect: chai.expect, it };
}

/**
 * `npm test`: everything from a fresh clone. Installs, checks types, style and import rules, runs unit and contract tests,
 * builds, runs the end-to-end tests; ends with `N passed, N failed`. `npm test -- static unit` runs only these parts.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './install.mjs';
import { ensurePrograms } from './programs.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'tutti-npm-test-'));

/** Each part returns how many of its tests passed and failed; a check counts as one test. */
const PARTS = {
  static: async () =>
    sum([
      await check('types', 'tsc', ['-p', 'tsconfig.json', '--noEmit']),
      await check('lint', 'oxlint', ['--type-aware']),
      await check('import rules', process.execPath, ['tools/check-imports.mjs']),
      await check('format', 'prettier', ['--check', '--log-level', 'warn', '.']),
    ]),
  unit: () => vitest('unit'),
  contract: () => vitest('contract'),
  'end-to-end': async () =>
    sum([await check('build', process.execPath, ['tools/build.mjs']), await vitest('end-to-end')]),
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in PARTS));
if (unknown.length > 0) {
  console.error(`No part "${unknown.join('", "')}"; there are ${Object.keys(PARTS).join(', ')}.`);
  process.exit(2);
}

await ensureInstalled();
await ensurePrograms({ python3: 'python3' });
const results = [];
for (const [name, run] of Object.entries(PARTS))
  if (asked.length === 0 || asked.includes(name)) results.push(await run());
rmSync(scratch, { recursive: true, force: true });
const { passed, failed } = sum(results);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function check(title, command, args) {
  heading(title);
  const code = await run(command, args);
  console.log(code === 0 ? `${title}: ok` : `${title}: FAILED`);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
}

/** A run that fails without a failed test (a file that cannot be loaded, a server that does not start) counts as one. */
async function vitest(project) {
  heading(`${project} tests`);
  const report = join(scratch, `${project}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await run('vitest', ['run', '--project', project, '--passWithNoTests', ...reporters]);
  const { passed, failed } = readReport(report);
  return { passed, failed: code !== 0 && failed === 0 ? 1 : failed };
}

function readReport(file) {
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(file, 'utf8'));
    return { passed: numPassedTests, failed: numFailedTests };
  } catch {
    return { passed: 0, failed: 0 };
  }
}

function run(command, args) {
  const env = { ...process.env, PATH: `${join(ROOT, 'node_modules', '.bin')}:${process.env.PATH}` };
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, env, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

function heading(title) {
  console.log(`\n== ${title}`);
}

function sum(results) {
  return results.reduce((all, one) => ({ passed: all.passed + one.passed, failed: all.failed + one.failed }), {
    passed: 0,
    failed: 0,
  });
}

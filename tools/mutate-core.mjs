/**
 * Who tests the tests: changes the executor's core in one place at a time and looks whether they notice.
 *
 *   node tools/mutate-core.mjs                 every peer bug and every mutant; writes docs/reference/mutants.md
 *   node tools/mutate-core.mjs --peers         the peer bugs only
 *   node tools/mutate-core.mjs --every 10      a tenth of the mutants
 *   node tools/mutate-core.mjs --file stop.ts  those of one file
 *
 * Works on a copy in a temporary folder. A mutant meets the simulation first, then the examples.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PEER_BUGS } from './mutate/peer-bugs.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CORE = 'services/executor/src/core';
const NOT_MUTATED =
  /\.test\.ts$|testing\.ts$|simulation\/|messages\.ts$|state\.ts$|index\.ts$|decision-context\.ts$|control\/control\.ts$/;
const TIMEOUT_MS = 120_000;

/** What is changed, wherever it stands in code. */
const OPERATORS = [
  ['===', '!=='],
  ['!==', '==='],
  ['&&', '||'],
  ['||', '&&'],
  ['??', '&&'],
  [' < ', ' <= '],
  [' > ', ' >= '],
  [' >= ', ' > '],
  [' + 1', ' + 2'],
  [' - 1', ' - 0'],
  ['true', 'false'],
  ['false', 'true'],
];

const { values: options } = parseArgs({
  options: { peers: { type: 'boolean' }, every: { type: 'string', default: '1' }, file: { type: 'string' } },
});

const copy = copyOfCore();
try {
  const mutants = [...PEER_BUGS.map((bug) => ({ ...bug, peer: true })), ...(options.peers ? [] : mutantsOf())];
  const results = mutants.map((mutant) => report({ ...mutant, caughtBy: tryMutant(mutant) }));
  summarize(results);
} finally {
  rmSync(copy, { recursive: true });
}

function copyOfCore() {
  const folder = mkdtempSync(join(tmpdir(), 'tutti-mutants-'));
  mkdirSync(join(folder, CORE), { recursive: true });
  cpSync(join(ROOT, CORE), join(folder, CORE), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  cpSync(join(ROOT, 'vitest.config.ts'), join(folder, 'vitest.config.ts'));
  cpSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  return folder;
}

function mutantsOf() {
  const files = readdirSync(join(ROOT, CORE), { recursive: true })
    .filter((file) => file.endsWith('.ts') && !NOT_MUTATED.test(file))
    .filter((file) => options.file === undefined || file.endsWith(options.file));
  return files.flatMap(mutantsOfFile).filter((_, index) => index % Number(options.every) === 0);
}

function mutantsOfFile(file) {
  const lines = readFileSync(join(ROOT, CORE, file), 'utf8').split('\n');
  return lines.flatMap((line, index) => {
    if (/^\s*(\/?\*|\/\/|import|export type|export \*|readonly|type )/.test(line)) return [];
    const changed = OPERATORS.flatMap(([find, replace]) => placesOf(line, find).map((at) => line.slice(0, at) + replace + line.slice(at + find.length))); // prettier-ignore
    if (/^\s+(draft|execution)\.[a-zA-Z]+\(.*\);$/.test(line)) changed.push('');
    return changed.map((to) => ({ file, line: index + 1, from: line, to }));
  });
}

function placesOf(line, find) {
  const code = line.replace(/'[^']*'|`[^`]*`/g, (text) => ' '.repeat(text.length));
  const places = [];
  for (let at = code.indexOf(find); at >= 0; at = code.indexOf(find, at + 1)) places.push(at);
  return places;
}

function tryMutant(mutant) {
  const path = join(copy, CORE, mutant.file);
  const original = readFileSync(path, 'utf8');
  writeFileSync(path, mutated(original, mutant));
  try {
    return firstToFail();
  } finally {
    writeFileSync(path, original);
  }
}

function mutated(source, { line, to, find, replace, file }) {
  if (find !== undefined) {
    if (!source.includes(find)) throw new Error(`${file} has no "${find}": mend tools/mutate/peer-bugs.mjs`);
    return source.replace(find, () => replace);
  }
  return source
    .split('\n')
    .map((text, index) => (index + 1 === line ? to : text))
    .join('\n');
}

/** The tests that notice; nothing for a survivor. */
function firstToFail() {
  const env = { ...process.env, TUTTI_SIMULATION_SEEDS: '900' };
  for (const [name, filter] of [
    ['simulation', `${CORE}/simulation`],
    ['examples', CORE],
  ]) {
    const { status } = spawnSync(join(ROOT, 'node_modules/.bin/vitest'), ['run', filter, '--root', copy, '--bail', '1'], { env, timeout: TIMEOUT_MS, stdio: 'ignore' }); // prettier-ignore
    if (status !== 0) return name;
  }
  return undefined;
}

function report(result) {
  const { file, line, from, to, name, caughtBy } = result;
  const what = name ?? `${relative('.', file)}:${line} ${from.trim()} -> ${to.trim() || 'removed'}`;
  console.log(`${caughtBy ? `caught by the ${caughtBy}` : 'SURVIVED'}: ${what}`);
  return result;
}

function summarize(results) {
  const survivors = results.filter(({ caughtBy }) => !caughtBy);
  const bySimulation = results.filter(({ caughtBy }) => caughtBy === 'simulation').length;
  console.log(`${results.length} mutants, ${results.length - survivors.length} caught (${bySimulation} by the simulation alone), ${survivors.length} survived`); // prettier-ignore
  process.exitCode = survivors.length > 0 ? 1 : 0;
}

/**
 * Who tests the tests: changes the executor's core in one place at a time and looks whether they notice.
 *
 *   node tools/mutate-core.mjs                 every peer bug and every mutant
 *   node tools/mutate-core.mjs --peers         the peer bugs only
 *   node tools/mutate-core.mjs --every 10      a tenth of the mutants
 *   node tools/mutate-core.mjs --file stop.ts  those of one file
 *   node tools/mutate-core.mjs --seeds 300     simulated worlds for each
 *
 * A mutant is bundled with the simulation and the examples; it is caught when they fail or do not end.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { PEER_BUGS } from './mutate/peer-bugs.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CORE = join(ROOT, 'services/executor/src/core');
const SHIM = join(ROOT, 'tools/mutate/test-shim.mjs');
const NOT_MUTATED =
  /\.test\.ts$|testing\.ts$|simulation\/|messages\.ts$|state\.ts$|index\.ts$|decision-context\.ts$|control\/control\.ts$/;
const TIMEOUT_MS = 60_000;

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
  options: {
    peers: { type: 'boolean' },
    every: { type: 'string', default: '1' },
    file: { type: 'string' },
    seeds: { type: 'string', default: '600' },
  },
});

const folder = mkdtempSync(join(ROOT, 'node_modules', '.mutants-'));
try {
  const healthy = await tryMutant(undefined);
  if (healthy) throw new Error(`The core fails its own tests:\n${healthy}`);
  const mutants = [...(options.file ? [] : PEER_BUGS), ...(options.peers ? [] : mutantsOfCore())];
  let survivors = 0;
  for (const mutant of mutants) survivors += report(mutant, await tryMutant(mutant)) ? 0 : 1;
  console.log(`${mutants.length} mutants, ${mutants.length - survivors} caught, ${survivors} survived`);
  process.exitCode = survivors > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true });
}

function mutantsOfCore() {
  return readdirSync(CORE, { recursive: true })
    .filter((file) => file.endsWith('.ts') && !NOT_MUTATED.test(file))
    .filter((file) => options.file === undefined || file.endsWith(options.file))
    .flatMap(mutantsOfFile)
    .filter((_, index) => index % Number(options.every) === 0);
}

function mutantsOfFile(file) {
  const lines = readFileSync(join(CORE, file), 'utf8').split('\n');
  return lines.flatMap((line, index) => {
    if (/^\s*(\/?\*|\/\/|import|export type|export \*|readonly|type )/.test(line)) return [];
    const changed = OPERATORS.flatMap(([find, replace]) =>
      placesOf(line, find).map((at) => line.slice(0, at) + replace + line.slice(at + find.length)),
    );
    if (/^\s+(draft|execution)\.[a-zA-Z]+\(.*\);$/.test(line)) changed.push('');
    return changed.map((to) => ({ file, line: index + 1, from: line, to }));
  });
}

/** Where a piece of code stands in a line, outside its texts. */
function placesOf(line, find) {
  const code = line.replace(/'[^']*'|`[^`]*`/g, (text) => ' '.repeat(text.length));
  const places = [];
  for (let at = code.indexOf(find); at >= 0; at = code.indexOf(find, at + 1)) places.push(at);
  return places;
}

/** How the tests noticed; nothing for a survivor. */
async function tryMutant(mutant) {
  const outfile = join(folder, 'mutant.mjs');
  await build({
    stdin: { contents: entry(), resolveDir: ROOT, loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    alias: { vitest: SHIM },
    plugins: [
      { name: 'packages-stay', setup: leavePackagesOut },
      ...(mutant ? [{ name: 'mutate', setup: (setup) => mutate(setup, mutant) }] : []),
    ],
  });
  const { status, stderr, signal } = spawnSync(process.execPath, [outfile], { timeout: TIMEOUT_MS, encoding: 'utf8' });
  if (status === 0) return undefined;
  return signal ? 'does not end' : (stderr.split('\n').find((text) => /^\w*Error: /.test(text)) ?? 'fails');
}

/** The simulation in all its modes, then every example. */
function entry() {
  const tests = readdirSync(CORE, { recursive: true }).filter((file) => file.endsWith('.test.ts') && !file.includes('simulation')); // prettier-ignore
  return `
    import { runTests } from ${JSON.stringify(SHIM)};
    import { simulate } from '${CORE}/simulation/simulation.ts';
    ${tests.map((file) => `import '${join(CORE, file)}';`).join('\n')}
    const modes = [[false, false], [false, true], [true, true]];
    await runTests();
    for (let seed = 1; seed <= ${options.seeds}; seed++) {
      const [wishes, faults] = modes[seed % 3];
      simulate(seed, { wishes, faults });
    }`;
}

function leavePackagesOut({ onResolve }) {
  onResolve({ filter: /^[^./]/ }, ({ path }) =>
    path.startsWith('@tutti/') || path === 'vitest' || path.startsWith('chai') ? undefined : { path, external: true },
  );
}

function mutate({ onLoad }, mutant) {
  onLoad(
    { filter: /core\/.*\.ts$/ },
    ({ path }) =>
    path === join(CORE, mutant.file) ? { contents: mutated(readFileSync(path, 'utf8'), mutant), loader: 'ts' } : undefined, // prettier-ignore
  );
}

function mutated(source, { file, line, to, find, replace }) {
  if (find === undefined)
    return source
      .split('\n')
      .map((text, index) => (index + 1 === line ? to : text))
      .join('\n');
  if (!source.includes(find)) throw new Error(`${file} has no "${find}": mend tools/mutate/peer-bugs.mjs`);
  return source.replace(find, () => replace);
}

/** Whether it was caught. */
function report({ name, file, line, from, to }, caught) {
  const what = name ?? `${file}:${line} ${from.trim()} -> ${to.trim() || 'removed'}`;
  console.log(caught ? `caught: ${what} (${caught.slice(0, 120)})` : `SURVIVED: ${what}`);
  return caught !== undefined;
}

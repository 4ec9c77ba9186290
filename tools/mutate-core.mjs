/**
 * Who tests the tests: changes the executor's core in one place at a time and looks whether they notice.
 *
 *   node tools/mutate-core.mjs                               every peer bug and every mutant
 *   node tools/mutate-core.mjs --peers                       the peer bugs only
 *   node tools/mutate-core.mjs --every 10                    a tenth of the mutants
 *   node tools/mutate-core.mjs --file stop.ts --file owed.ts those of some files
 *   node tools/mutate-core.mjs --seeds 500                   simulated worlds for each, in each of the three modes
 *   node tools/mutate-core.mjs --survivors survivors.txt     survivors go to a file, too
 *
 * A mutant is caught when an example or the simulation fails or does not end, or when it cannot be loaded. One that
 * nobody can tell from the healthy core is explained in `mutate/equivalent.mjs`. Fails when any survives unexplained.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { EQUIVALENT } from './mutate/equivalent.mjs';
import { examine } from './mutate/examine.mjs';
import { mutantsOf } from './mutate/mutants.mjs';
import { PEER_BUGS } from './mutate/peer-bugs.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CORE = join(ROOT, 'services/executor/src/core');
/** Tests, types and tables of names: nothing is decided there. */
const NOT_MUTATED =
  /\.test\.ts$|testing\.ts$|simulation\/|messages\.ts$|state\.ts$|index\.ts$|decision-context\.ts$|control\/control\.ts$/;

const { values: options } = parseArgs({
  options: {
    peers: { type: 'boolean', default: false },
    every: { type: 'string', default: '1' },
    file: { type: 'string', multiple: true, default: [] },
    seeds: { type: 'string', default: '200' },
    jobs: { type: 'string', default: '2' },
    survivors: { type: 'string' },
  },
});

const sinceMs = performance.now();
const sources = Object.fromEntries(
  readdirSync(CORE, { recursive: true })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => [file, readFileSync(join(CORE, file), 'utf8')]),
);
const folder = mkdtempSync(join(ROOT, 'node_modules', '.mutants-'));
try {
  const core = { sources, packages: await bundlePackages(), seeds: Number(options.seeds) };
  report(await verdictsOn([...(options.file.length > 0 ? [] : peerBugs()), ...(options.peers ? [] : mutants())], core));
} finally {
  rmSync(folder, { recursive: true });
}

function peerBugs() {
  return PEER_BUGS.map(({ name, file, find, replace }) => {
    if (!sources[file].includes(find)) throw new Error(`${file} has no "${find}": mend tools/mutate/peer-bugs.mjs`);
    return { name, file, source: sources[file].replace(find, () => replace) };
  });
}

function mutants() {
  return Object.keys(sources)
    .filter((file) => !NOT_MUTATED.test(file))
    .filter(
      (file) => options.file.length === 0 || options.file.some((name) => file === name || file.endsWith(`/${name}`)),
    )
    .flatMap((file) => mutantsOf(file, sources[file]))
    .filter((_, index) => index % Number(options.every) === 0);
}

/** The packages that the core imports, as one module: they stay what they are, so they are loaded but once. */
async function bundlePackages() {
  const outfile = join(folder, 'packages.mjs');
  const names = ['@tutti/contracts', '@tutti/expressions', '@tutti/flow-model'];
  await build({
    stdin: { contents: names.map((name) => `export * as '${name}' from '${name}';`).join('\n'), resolveDir: ROOT },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    plugins: [{ name: 'libraries-stay', setup: leaveLibrariesOut }],
  });
  return pathToFileURL(outfile).href;
}

function leaveLibrariesOut({ onResolve }) {
  onResolve({ filter: /^[^./]/ }, ({ path }) => (path.startsWith('@tutti/') ? undefined : { path, external: true }));
}

async function verdictsOn(changes, core) {
  const verdicts = [];
  for await (const { change, caught } of examine(changes, core, Number(options.jobs))) {
    const equivalent = caught === null ? EQUIVALENT.find((entry) => explains(entry, change)) : undefined;
    verdicts.push({ change, caught, equivalent });
    if (caught === null && !equivalent) console.log(`SURVIVED ${nameOf(change)}`);
    else if (change.name) console.log(`caught ${change.name}: ${caught.slice(0, 120)}`);
  }
  return verdicts;
}

function explains({ file, line, operator, at }, mutant) {
  return file === mutant.file && line === mutant.text && operator === mutant.operator && (at ?? mutant.nth) === mutant.nth; // prettier-ignore
}

function nameOf({ name, file, line, nth, operator, text }) {
  return name ?? `${file}:${line} ${changeOf({ operator, at: nth > 1 ? nth : undefined, line: text })}`;
}

function changeOf({ operator, at, line }) {
  const place = at === undefined ? '' : ` (${at})`;
  return `${operator}${place}: ${line}`;
}

/** Counts by file and in all; fails for unexplained survivors and for explanations that nothing survives by. */
function report(verdicts) {
  const survivors = verdicts.filter(({ caught, equivalent }) => caught === null && !equivalent);
  const files = new Set(verdicts.map(({ change }) => change.file));
  const used = new Set(verdicts.map(({ equivalent }) => equivalent));
  const stale = options.every === '1' && !options.peers ? EQUIVALENT.filter((entry) => files.has(entry.file) && !used.has(entry)) : []; // prettier-ignore
  for (const file of files) console.log(`${file}: ${countsOf(verdicts.filter(({ change }) => change.file === file))}`); // prettier-ignore
  for (const entry of stale) console.log(`STALE explanation, nothing survives by it: ${entry.file} ${changeOf(entry)}`);
  console.log(`${countsOf(verdicts)}, in ${Math.round((performance.now() - sinceMs) / 1000)} s`);
  if (options.survivors)
    writeFileSync(options.survivors, survivors.map(({ change }) => `${nameOf(change)}\n`).join(''));
  process.exitCode = survivors.length + stale.length > 0 ? 1 : 0;
}

function countsOf(verdicts) {
  const caught = verdicts.filter((verdict) => verdict.caught !== null).length;
  const equivalent = verdicts.filter((verdict) => verdict.equivalent).length;
  const survived = verdicts.length - caught - equivalent;
  return `${verdicts.length} mutants, ${caught} caught, ${equivalent} equivalent (explained), ${survived} survived`;
}

/**
 * Bundles every process and plugin into `build/` with esbuild; third-party packages stay in node_modules.
 * A stamp over the sources' sizes and times makes a second call without a change cost a few milliseconds.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const OUT = join(ROOT, 'build');
const STAMP = join(OUT, '.stamp');

/** What becomes a file of its own in `build/`: name there -> source. */
export const ENTRY_POINTS = {
  ...Object.fromEntries(
    ['flow-registry', 'trigger', 'executor', 'task-runner', 'gateway'].map((service) => [
      `services/${service}`,
      `services/${service}/src/main.ts`,
    ]),
  ),
  'apps/cli': 'apps/cli/src/main.ts',
  'tests/conformance': 'tests/conformance/main.ts',
  'benchmarks/main': 'benchmarks/src/main.ts',
};

/** Builds if a source has changed since the last time; returns whether it did. */
export async function build() {
  const stamp = fingerprint();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === stamp) return false;
  const { build: bundle } = await import('esbuild');
  rmSync(OUT, { recursive: true, force: true });
  await bundle({
    absWorkingDir: ROOT,
    entryPoints: Object.fromEntries(
      Object.entries(ENTRY_POINTS).filter(([, source]) => existsSync(join(ROOT, source))),
    ),
    outdir: OUT,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: 'linked',
    logLevel: 'warning',
    plugins: [{ name: 'npm-packages-stay', setup: leavePackagesOut }],
  });
  writeFileSync(STAMP, stamp);
  return true;
}

/** Our own workspaces are bundled, everything else from npm is left to Node. */
function leavePackagesOut({ onResolve }) {
  onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
    kind === 'entry-point' || path.startsWith('@tutti/') ? undefined : { path, external: true },
  );
}

function fingerprint() {
  const hash = createHash('sha256').update(process.version);
  for (const file of sources()) {
    const { size, mtimeMs } = statSync(join(ROOT, file));
    hash.update(`${file}:${size}:${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function sources() {
  const files = ['package-lock.json', 'tools/build.mjs'];
  for (const top of ['packages', 'services', 'plugins', 'apps', 'tests', 'benchmarks'])
    for (const entry of readdirSync(join(ROOT, top), { recursive: true, withFileTypes: true }))
      if (
        entry.isFile() &&
        entry.name.endsWith('.ts') &&
        !entry.name.endsWith('.test.ts') &&
        !entry.parentPath.includes('node_modules')
      )
        files.push(join(entry.parentPath, entry.name).slice(ROOT.length + 1));
  return files.sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log((await build()) ? 'built' : 'up to date');

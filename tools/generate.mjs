/** `npm run generate`: everything in the repository that is made from something else. `tools/reference` holds the pages. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What is made, and how. Tests hold each to its source: `npm run generate` is what mends them. */
const STEPS = {
  'packages/contracts/src/gen': () => run('buf', 'generate'),
  'docs/reference': writePages,
  'services/gateway/schema.graphql and docs/reference/graphql.md': () =>
    run(
      'vitest',
      'run',
      'services/gateway/src/graphql/schema.test.ts',
      'services/gateway/src/graphql/reference.test.ts',
      '-u',
    ),
};

/** The contract as it was released, which `buf breaking` compares with. Only a release moves it: `-- --release`. */
const RELEASE_STEPS = {
  'proto/released.binpb': () => run('buf', 'build', '--exclude-source-info', '-o', 'proto/released.binpb'),
};

const steps = process.argv.includes('--release') ? { ...STEPS, ...RELEASE_STEPS } : STEPS;
for (const [made, make] of Object.entries(steps)) {
  await make();
  console.log(`made ${made}`);
}

function run(program, ...args) {
  const PATH = `${join(ROOT, 'node_modules', '.bin')}:${process.env.PATH}`;
  const { status, error } = spawnSync(program, args, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, PATH } });
  if (status !== 0) throw new Error(`"${program} ${args.join(' ')}" failed`, { cause: error });
}

/** The pages are rendered by TypeScript, which Node 20 does not run: it is bundled first. */
async function writePages() {
  const bundle = join(ROOT, 'build', 'tools', 'pages.js');
  await build({
    entryPoints: [join(ROOT, 'tools', 'reference', 'pages.ts')],
    outfile: bundle,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
    plugins: [{ name: 'npm-packages-stay', setup: leavePackagesOut }],
  });
  const { PAGES } = await import(pathToFileURL(bundle).href);
  for (const [file, render] of Object.entries(PAGES)) {
    mkdirSync(dirname(join(ROOT, file)), { recursive: true });
    writeFileSync(join(ROOT, file), await render());
  }
}

function leavePackagesOut({ onResolve }) {
  onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
    kind === 'entry-point' || path.startsWith('@tutti/') ? undefined : { path, external: true },
  );
}

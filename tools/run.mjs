/** Builds what has changed, then runs a built entry point: `node tools/run.mjs benchmarks/src/main.ts --only 1`. */
import { spawn } from 'node:child_process';
import { ENTRY_POINTS, build } from './build.mjs';

const [source, ...args] = process.argv.slice(2);
const name = Object.keys(ENTRY_POINTS).find((key) => ENTRY_POINTS[key] === source);
if (!name) throw new Error(`No entry point "${source}" in tools/build.mjs`);
await build();
const child = spawn(
  process.execPath,
  ['--enable-source-maps', new URL(`../build/${name}.js`, import.meta.url).pathname, ...args],
  {
    stdio: 'inherit',
  },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => (process.exitCode = signal ? 1 : (code ?? 1)));

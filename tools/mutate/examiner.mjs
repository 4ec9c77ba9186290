/** A process that tries mutants: it is told the core once, then one changed file after the other. */
import { setPriority } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { Script } from 'node:vm';
import { CoreModules } from './core-modules.mjs';
import { vitestFor } from './test-shim.mjs';

/** How long a step may take before it is taken for endless, beside ten times what it takes in the healthy core, ms. */
const PATIENCE_MS = 3_000;
/** Examples that take longer come after the first worlds, ms. */
const QUICK_MS = 50;
/** Seeds of the first round of worlds, and of each later one, each in all modes. */
const ROUND = 10;
const MODES = [
  { wishes: false, faults: false },
  { wishes: false, faults: true },
  { wishes: true, faults: true },
];

setPriority(10);
const TIMEOUT = 'ERR_SCRIPT_EXECUTION_TIMEOUT';
const RUN = new Script('runStep()');
let core;
let seeds;
let rejected = null;
const healthyMs = new Map();

process.on('message', async (message) => {
  if (message.sources) {
    core = new CoreModules(message.sources, await import(message.packages));
    seeds = message.seeds;
  }
  rejected = null;
  const caught = verdictOn(message.changed);
  await setImmediate();
  process.send({ caught: caught ?? rejected });
});
process.on('unhandledRejection', (error) => {
  rejected = `a rejection that nobody handles: ${String(error)}`;
});

/** How the tests notice; `null` for a survivor. Without a change, it times the steps. */
function verdictOn(changed) {
  try {
    for (const { name, run } of stepsOf(changed)) {
      const sinceMs = performance.now();
      bounded(run, PATIENCE_MS + 10 * (healthyMs.get(name) ?? 1_000));
      if (!changed) healthyMs.set(name, performance.now() - sinceMs);
    }
    return null;
  } catch (error) {
    return error.code === TIMEOUT ? 'does not end' : String(error?.message ?? error).split('\n')[0];
  }
}

/** The quick examples, a first round of worlds, the other examples, the other worlds. */
function stepsOf(changed) {
  const { tests, simulate } = bounded(() => loaded(changed), PATIENCE_MS);
  const isQuick = ({ name }) => (healthyMs.get(name) ?? 0) < QUICK_MS;
  const [first, ...rounds] = roundsOf(simulate);
  return [...tests.filter(isQuick), first, ...tests.filter((test) => !isQuick(test)), ...rounds];
}

function loaded(changed) {
  const tests = [];
  const load = core.importer({ vitest: vitestFor(tests) }, changed);
  for (const file of core.testFiles) load(file);
  return {
    tests: tests.map(({ name, run }, index) => ({ name: `${index} ${name}`, run })),
    simulate: load('simulation/simulation.ts').simulate,
  };
}

function roundsOf(simulate) {
  return Array.from({ length: Math.ceil(seeds / ROUND) }, (_, round) => ({
    name: `round ${round}`,
    run: () => {
      for (let seed = round * ROUND + 1; seed <= Math.min(seeds, (round + 1) * ROUND); seed++)
        for (const mode of MODES) simulate(seed, mode);
    },
  }));
}

/** Runs a step. One that takes too long because others have the processor is tried again. */
function bounded(run, timeoutMs) {
  for (;;) {
    const since = process.cpuUsage();
    try {
      return withTimeout(run, timeoutMs);
    } catch (error) {
      const { user, system } = process.cpuUsage(since);
      if (error.code !== TIMEOUT || (user + system) / 1_000 > timeoutMs / 2) throw error;
    }
  }
}

function withTimeout(run, timeoutMs) {
  let result;
  globalThis.runStep = () => {
    result = run();
  };
  RUN.runInThisContext({ timeout: Math.ceil(timeoutMs) });
  if (result instanceof Promise) throw new Error('A test of the core waits; the tool can run only those that do not.');
  return result;
}

/** `npm run conformance -- <what> <path>`: runs a table of expectations and says how many hold. */
interface Count {
  readonly passed: number;
  readonly failed: number;
}

const RUNNERS: Readonly<Record<string, (path: string, only?: string) => Promise<Count>>> = {
  expressions: async (file, only) => (await import('./expressions.ts')).runExpressionCases(file, only),
  flows: async (folder, only) => (await import('./flows.ts')).runFlowCases(folder, only),
};

const [what = '', path, only] = process.argv.slice(2);
const run = RUNNERS[what];
if (!run || path === undefined) {
  console.error(`usage: npm run conformance -- <${Object.keys(RUNNERS).join('|')}> <path> [only]`);
  process.exit(2);
}
const { passed, failed } = await run(path, only);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

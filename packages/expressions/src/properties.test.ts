import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Budget } from './budget.ts';
import { servicesOf, type ExpressionCase } from './conformance.ts';
import { ExpressionError } from './expression-error.ts';
import { Expressions } from './expressions.ts';
import type { Json, Vars } from './json.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { SAMPLE_VARS, anyTemplate } from './testing/any-template.ts';

/** More in a longer run: `TUTTI_FUZZ_RUNS=200000 npx vitest run packages/expressions/src/properties.test.ts`. */
const RUNS = Number(process.env['TUTTI_FUZZ_RUNS'] ?? 3_000);
const TIMEOUT_MS = 20_000 + RUNS * 50;
const WELL_FORMED_RUNS = Math.ceil(RUNS / 4);

const services = servicesOf({ kv: { 'company.team': { K: 'v' } }, secrets: { S: 'hush' } });
const expressions = new Expressions({ services });

interface Outcome {
  readonly result: Json;
  readonly steps: number;
}

/** What rendering comes to: a text or an `ExpressionError`, and nothing else. */
async function outcomeOf(engine: Expressions, template: string, vars: Vars): Promise<Outcome> {
  const budget = new Budget();
  const call = { namespace: 'company.team', budget, nowMs: 1_700_000_000_000, random: () => 0.5 };
  try {
    return { result: await engine.render(template, vars, call), steps: budget.steps };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    expect(error.line, template).toBeGreaterThan(0);
    return { result: `${error.code} ${error.message}`, steps: budget.steps };
  }
}

it(
  'gives the same result for the same steps, parsed anew or from the cache',
  () =>
    fc.assert(
      fc.asyncProperty(anyTemplate, async (template) => {
        const first = await outcomeOf(new Expressions({ services }), template, SAMPLE_VARS);
        expect(await outcomeOf(expressions, template, SAMPLE_VARS)).toEqual(first);
        expect(await outcomeOf(expressions, template, SAMPLE_VARS)).toEqual(first);
      }),
      { numRuns: WELL_FORMED_RUNS },
    ),
  TIMEOUT_MS,
);

it(
  'parses every well-formed template, and says what it refers to',
  () =>
    fc.assert(
      fc.property(anyTemplate, (template) => {
        expect(expressions.check(template)).toEqual([]);
        const { paths } = expressions.references(template);
        expect(paths.every((path) => path.length > 0)).toBe(true);
      }),
      { numRuns: WELL_FORMED_RUNS },
    ),
  TIMEOUT_MS,
);

it(
  'leaves the variables as they were',
  () =>
    fc.assert(
      fc.asyncProperty(anyTemplate, async (template) => {
        const vars = structuredClone(SAMPLE_VARS);
        await outcomeOf(expressions, template, vars);
        expect(vars).toEqual(SAMPLE_VARS);
      }),
      { numRuns: WELL_FORMED_RUNS },
    ),
  TIMEOUT_MS,
);

const corpus = (
  JSON.parse(readFileSync(new URL('../test-data/cases.json', import.meta.url), 'utf8')) as readonly ExpressionCase[]
).map(({ template }) => template);

const SNIPPETS = [
  '{{', '}}', '{%', '%}', '{#', '#}', '"', "'", '#{', '(', ')', '[', ']', '{', '}', '|', '.', ',', ':', '?', '??', '\\', '-', ' ', '\n', '\0', '𝒳',
  'raw', 'endraw', 'constructor', '__proto__', 'process', 'require', 'this', 'global', 'import', 'include', 'render(', 'jq(', '999999999999', '1e308',
]; // prettier-ignore

/** A template of the corpus, or any characters, with pieces cut out, doubled, put in or taken from another. */
const anyMutant = fc
  .tuple(
    fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...corpus) },
      { weight: 1, arbitrary: fc.string({ maxLength: 60 }) },
    ),
    fc.array(
      fc.tuple(
        fc.nat(200),
        fc.nat(20),
        fc.oneof(fc.constantFrom(...SNIPPETS), fc.constantFrom(...corpus), fc.string({ maxLength: 3 })),
      ),
      { minLength: 1, maxLength: 5 },
    ),
  )
  .map(([start, edits]) =>
    edits.reduce(
      (text, [at, cut, put]) =>
        text.slice(0, at % (text.length + 1)) + put + text.slice((at % (text.length + 1)) + cut),
      start,
    ),
  );

it(
  'answers any text with a text or an ExpressionError, within its budget, and reaches no prototype',
  async () => {
    const prototypes = [Object.prototype, Array.prototype, String.prototype, Function.prototype];
    const before = prototypes.map((prototype) => Reflect.ownKeys(prototype));
    await fc.assert(
      fc.asyncProperty(anyMutant, async (template) => {
        const { result, steps } = await outcomeOf(expressions, template, SAMPLE_VARS);
        expect(typeof result).toBe('string');
        expect(steps).toBeLessThan(DEFAULT_LIMITS.steps + DEFAULT_LIMITS.output);
        expect(result).not.toMatch(/\[native code\]|function Object|@tutti\/expressions/);
      }),
      { numRuns: RUNS },
    );
    expect(prototypes.map((prototype) => Reflect.ownKeys(prototype))).toEqual(before);
  },
  TIMEOUT_MS,
);

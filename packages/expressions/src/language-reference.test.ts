import { describe, expect, it } from 'vitest';
import type { Services } from './call.ts';
import { servicesOf } from './conformance.ts';
import { Expressions } from './expressions.ts';
import { LANGUAGE } from './language-reference.ts';
import type { Example } from './library/declaration.ts';

/** What the examples of functions that ask the outside find there. */
const services: Services = {
  ...servicesOf({
    kv: { 'company.team': { BUCKET: 'gs://taxi' } },
    secrets: { TOKEN: 'hush', BRACES: '{{ hush }}' },
    files: { 'company.team': { 'query.sql': 'select 1' } },
    errorLogs: [{ level: 'ERROR', message: 'disk full' }],
  }),
  http: () => ({ version: '1.2.0' }),
};
const expressions = new Expressions({ services });
const call = { namespace: 'company.team', nowMs: Date.UTC(2024, 0, 31) };

const examples: readonly (readonly [string, Example])[] = [
  ...Object.entries({ ...LANGUAGE.operators, ...LANGUAGE.unaryOperators }).map(
    ([name, { example, result }]) => [`operator ${name}`, { template: example, result }] as const,
  ),
  ...(['filters', 'functions', 'tests', 'tags'] as const).flatMap((kind) =>
    Object.entries(LANGUAGE[kind]).map(([name, { example }]) => [`${kind}: ${name}`, example] as const),
  ),
  ...LANGUAGE.quirks.map(({ what, example }) => [`quirk: ${what}`, example] as const),
];

describe('an example of the reference gives what it says', () => {
  it.each(examples)('%s', async (_, { template, vars = {}, result }) => {
    expect(await expressions.render(template, vars, call)).toBe(result);
  });
});

it('every example uses what it is an example of', () => {
  for (const [label, { template }] of examples.filter(([name]) => /^(filters|functions|tests)/.test(name)))
    expect(template).toContain(label.split(': ')[1]);
});

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** Where codes stand in the sources: in the errors that carry them, and in findings about flows. */
const CODE = "'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)'";
const PLACES = [
  `new (?:User|Task|Bus|Expression)Error\\(\\s*${CODE}`,
  `new EvaluationError\\([^;]*?${CODE}\\s*[,)]`,
  `\\bcode(?:: | = )${CODE}`,
  `\\.refuse\\(\\s*${CODE}`,
  `\\.(?:error|warning|info)\\((?!')[^;]*?, ${CODE},`,
  `'(?:ERROR|WARNING|INFO)', \\w+, ${CODE}`,
].map((pattern) => new RegExp(pattern, 'g'));

const sources = ['packages', 'services', 'plugins', 'apps']
  .flatMap(sourcesIn)
  .map((file) => readFileSync(file, 'utf8'));
const used = new Set(
  sources.flatMap((text) => PLACES.flatMap((place) => [...text.matchAll(place)].map(([, code]) => code!))),
);
const documented = [...readFileSync('docs/errors.md', 'utf8').matchAll(/^\| `([A-Z][A-Z0-9_]+)` \|/gm)].map(
  ([, code]) => code!,
);

it('finds the codes in the sources', () => expect(used.size).toBeGreaterThan(150));

it('docs/errors.md has a line for every code', () => {
  expect([...used].filter((code) => !documented.includes(code))).toEqual([]);
});

it('docs/errors.md has no line for a code that is gone', () => {
  expect(documented.filter((code) => !sources.some((text) => text.includes(`'${code}'`)))).toEqual([]);
});

it('docs/errors.md says each code once', () => expect(documented.length).toBe(new Set(documented).size));

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.test|conformance)\.ts$/.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => !/node_modules|\/gen\/|\/testing\/|\/simulation\//.test(file));
}

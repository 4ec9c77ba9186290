import fc from 'fast-check';
import { Document, Scalar } from 'yaml';
import { describe, expect, it } from 'vitest';
import { Findings } from '../finding.ts';
import { parseYaml } from './parse-yaml.ts';
import { scalarOffset } from './scalar-offset.ts';

const STYLES = ['PLAIN', 'QUOTE_SINGLE', 'QUOTE_DOUBLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED'] as const;

/** What stands in the source where the value of `text` has `xyz`. */
function found(source: string): string {
  const scalar = parseYaml(source, new Findings())!.scalar(['text'])!;
  return source.slice(scalarOffset(source, scalar, String(scalar.node.value).indexOf('xyz'))).slice(0, 3);
}

describe('scalarOffset', () => {
  it.each([
    ['plain', 'text: ab {{ xyz }}', 'ab {{ xyz }}'],
    ['plain over lines', 'text: ab\n  {{ xyz\n  }}', 'ab {{ xyz }}'],
    ['single quotes', `text: 'it''s {{ xyz }}'`, `it's {{ xyz }}`],
    ['double quotes', String.raw`text: "\u00e9\t\"{{ xyz }}"`, 'é\t"{{ xyz }}'],
    ['a literal block', 'text: |\n    one\n\n      two\n    {{ xyz }}\n', 'one\n\n  two\n{{ xyz }}'],
    ['a folded block', 'text: >-\n  one\n  two\n\n  three {{ xyz }}\n', 'one two\nthree {{ xyz }}'],
  ])('finds a place in %s', (_style, source, value) => {
    expect(parseYaml(source, new Findings())?.data).toEqual({ text: expect.stringContaining(value) });
    expect(found(source)).toBe('xyz');
  });

  it('finds each word of any text in any style', () => {
    const word = fc.stringMatching(/^[a-z'"\\é]{1,5}$/);
    const lines = fc.array(fc.array(word, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(lines, fc.constantFrom(...STYLES), fc.boolean(), (texts, style, blank) => {
        const text = `${texts.map((words) => words.join(' ')).join(blank ? '\n\n' : '\n')} {{ xyz }}`;
        const scalar = new Scalar(text);
        scalar.type = style;
        const source = new Document({ a: 1, text: scalar, z: 2 }).toString({ lineWidth: 20 });
        expect(found(source)).toBe('xyz');
      }),
    );
  });
});

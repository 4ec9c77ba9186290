import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Expressions } from '../expressions.ts';
import { ExpressionParser } from './parser.ts';
import { childrenOf, type Expression } from './syntax-tree.ts';

const expressions = new Expressions();
const readings = (template: string) => expressions.readings(template).map(({ ours, later }) => [ours, later] as const);

describe('readings', () => {
  it.each([
    ['{{ a ?? b | upper }}', '(a ?? b) | upper', 'a ?? (b | upper)'],
    ["{{ a ?? b | date('yyyy') | upper }}", "(a ?? b) | date('yyyy') | upper", "a ?? (b | date('yyyy') | upper)"],
    ["{{ 'x' ~ a ?? b }}", "'x' ~ (a ?? b)", "('x' ~ a) ?? b"],
    ["{{ 'x' ~ a ?? b ~ 'y' }}", "'x' ~ (a ?? b) ~ 'y'", "('x' ~ a) ?? (b ~ 'y')"],
    ['{{ 1 + a ??? 2 }}', '1 + (a ??? 2)', '(1 + a) ??? 2'],
    ['{{ a == b ?? c }}', 'a == (b ?? c)', '(a == b) ?? c'],
    ['{{ a ?? b ?? c | upper }}', '(a ?? b ?? c) | upper', 'a ?? b ?? (c | upper)'],
    ['{{ x[a ?? b | upper] }}', '(a ?? b) | upper', 'a ?? (b | upper)'],
    ['{{ "#{a ?? b | upper}" }}', '(a ?? b) | upper', 'a ?? (b | upper)'],
    ['{% if a == b isIn c %}x{% endif %}', 'a == (b isIn c)', '(a == b) isIn c'],
    ['{{ 1 + (x ~ a ?? b) }}', 'x ~ (a ?? b)', '(x ~ a) ?? b'],
  ])('of %s are %s and %s', (template, ours, later) => {
    expect(readings(template)).toEqual([[ours, later]]);
  });

  it.each([
    '{{ a ?? b }}',
    '{{ (a ?? b) | upper }}',
    '{{ a ?? (b | upper) }}',
    '{{ a | upper ?? b }}',
    '{{ a ?? b == c and d ?? e }}',
    '{{ a ?? b ? c : d }}',
    '{{ max(a ?? b, c ?? d) | upper }}',
    '{{ -a ?? b }}',
    '{{ a ?? b is defined }}',
  ])('of %s are one', (template) => {
    expect(readings(template).filter(([ours, later]) => ours !== later)).toEqual([]);
  });

  const chain = fc
    .tuple(
      fc.array(fc.constantFrom('a', 'b', '(c ~ d)', 'max(x ?? y)', '-e'), { minLength: 2, maxLength: 6 }),
      fc.array(fc.constantFrom('??', '???', 'isIn', '~', '+', '*', '==', 'and', 'or', '..', '| upper |', '| upper ??'), { minLength: 5, maxLength: 5 }), // prettier-ignore
    )
    .map(
      ([operands, operators]) =>
      operands.map((operand, index) => (index === 0 ? operand : `${operators[index - 1]!.endsWith('|') ? `${operators[index - 1]!.slice(0, -1)} ~` : operators[index - 1]} ${operand}`)).join(' '), // prettier-ignore
    );
  const parse = (source: string, later: boolean): unknown => shapeOf(new ExpressionParser(source, 0, source.length, { later }).whole()); // prettier-ignore

  it('are found wherever the two differ, and parentheses make them one', () => {
    fc.assert(
      fc.property(chain, (source) => {
        const found = new Expressions().readings(`{{ ${source} }}`);
        const settled = found
          .flatMap(({ begin, end }) => [[begin - 3, '('] as const, [end - 3, ')'] as const])
          .toSorted(([left], [right]) => right - left)
          .reduce((text, [at, sign]) => text.slice(0, at) + sign + text.slice(at), source);
        expect(parse(settled, false)).toEqual(parse(source, false));
        expect(parse(settled, true)).toEqual(parse(source, false));
        if (found.length === 0) expect(parse(source, true)).toEqual(parse(source, false));
      }),
    );
  });
});

/** The tree without places. */
function shapeOf(expression: Expression): unknown {
  const { kind } = expression;
  const name = 'operator' in expression ? expression.operator : 'name' in expression ? expression.name : '';
  return [kind, name, ...childrenOf(expression).map(shapeOf)];
}

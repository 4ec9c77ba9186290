import { describe, expect, it } from 'vitest';
import { Budget } from './budget.ts';
import { ExpressionError } from './expression-error.ts';
import { Expressions } from './expressions.ts';
import type { Json, Vars } from './json.ts';

const expressions = new Expressions();

function codeOf(template: string, vars: Vars = {}): string {
  try {
    const text = expressions.render(template, vars);
    return typeof text === 'string' ? `rendered ${text.length} characters` : 'a promise';
  } catch (error) {
    if (error instanceof ExpressionError) return error.code;
    throw error;
  }
}

const DOUBLED_LISTS = '{% set s = [1] %}{% for i in 1..40 %}{% set s = [s, s] %}{% endfor %}';
const nested = (depth: number): Json => {
  let value: Json = [];
  for (let level = 0; level < depth; level++) value = [value];
  return value;
};

describe('is stopped by its budget', () => {
  it.each<[string, string, Vars?]>([
    ['two loops of 100,000', '{% for i in 1..100000 %}{% for j in 1..100000 %}{{ j }}{% endfor %}{% endfor %}'],
    [
      'an empty loop over much',
      '{% for i in 1..100000 %}{% for j in xs %}{% endfor %}{% endfor %}',
      { xs: [1, 2, 3, 4, 5, 6, 7, 8] },
    ],
    ['a range of two thousand million', '{{ range(0, 2000000000) }}'],
    ["a range of Liquid's", '{% tablerow i in (1..2000000000) %}{% endtablerow %}'],
    [
      'loops of Liquid in one another',
      '{% tablerow i in (1..1000000) %}{% tablerow j in (1..1000000) %}{% endtablerow %}{% endtablerow %}',
    ],
    ['a variable that renders itself', '{{ render(v) }}', { v: '{{ render(v) }}' }],
    ['text that grows in each pass', '{{ render(v) }}', { v: 'x{{ v }}' }],
    ['text that doubles in each pass', '{{ render(v) }}', { v: '{{ v }}{{ v }}' }],
    ['render() in a loop', "{% for i in 1..100000 %}{{ render('{{ 1 }}') }}{% endfor %}"],
    ['a macro that calls itself', '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}'],
    [
      'a macro that calls itself twice',
      '{% macro m(n) %}{% if n > 0 %}{{ m(n-1) }}{{ m(n-1) }}{% endif %}{% endmacro %}{{ m(18) }}',
    ],
    ['a block within itself', "{% block a %}{{ block('a') }}{% endblock %}"],
    ['5,000 brackets', `{{ ${'('.repeat(5_000)}1${')'.repeat(5_000)} }}`],
    ['5,000 lists', `{{ ${'['.repeat(5_000)}${']'.repeat(5_000)} }}`],
    ['a path of 20,000 steps', `{{ a${'.b'.repeat(20_000)} }}`, { a: 1 }],
    ['20,000 operators', `{{ a${' ~ a'.repeat(20_000)} }}`, { a: 1 }],
    ['20,000 signs', `{{ ${'-'.repeat(20_000)}1 }}`],
    ['20,000 ternaries', `{{ ${'a ? 1 : '.repeat(20_000)}1 }}`, { a: 0 }],
    ['5,000 tags', `${'{% if a %}'.repeat(5_000)}${'{% endif %}'.repeat(5_000)}`, { a: 1 }],
    ['a text that doubles', "{% set s = 'x' %}{% for i in 1..40 %}{% set s = s ~ s %}{% endfor %}{{ s | length }}"],
    [
      "a text that doubles by Liquid's append",
      "{% assign s = 'x' %}{% for i in 1..60 %}{% assign s = s | append: s %}{% endfor %}",
    ],
    [
      "a text that doubles by Liquid's capture",
      "{% assign s = 'x' %}{% for i in 1..60 %}{% capture s %}{{ s }}{{ s }}{% endcapture %}{% endfor %}",
    ],
    ['a list that doubles', '{% set s = [1] %}{% for i in 1..40 %}{% set s = s + s %}{% endfor %}{{ s | length }}'],
    ['printing lists of lists of …', `${DOUBLED_LISTS}{{ s }}`],
    ['joining lists of lists of …', `${DOUBLED_LISTS}{{ s ~ '' }}`],
    [
      'comparing lists of lists of …',
      `{% set t = [1] %}{% for i in 1..40 %}{% set t = [t, t] %}{% endfor %}${DOUBLED_LISTS}{{ s == t }}`,
    ],
    ['YAML of lists of lists of …', `${DOUBLED_LISTS}{{ s | yaml }}`],
    ['Ion of lists of lists of …', `${DOUBLED_LISTS}{{ s | toIon }}`],
    ['replacing in lists of lists of …', `${DOUBLED_LISTS}{{ s | replace({'a': 'b'}) }}`],
    [
      'flattening lists of lists of …',
      '{% set s = [1] %}{% for i in 1..40 %}{% set s = [s, s] | flatten %}{% endfor %}',
    ],
    ['replacing each character by a long text', '{% set s = range(1, 100000) | join %}{{ s | replace({"1": s}) }}'],
    ['replacing nothing by a long text', '{% set s = range(1, 100000) | join %}{{ s | replace({"": s}) }}'],
    ['indenting far', "{{ 'a\n' | indent(2000000000) }}"],
    ['repeating', "{{ 'x'.repeat(2000000000) }}"],
    [
      'cutting a long text into letters',
      "{% for i in 1..1000 %}{% set x = s | split('') %}{% endfor %}",
      { s: 'x'.repeat(1_000_000) },
    ],
    [
      'hashing a long text again and again',
      '{% for i in 1..100000 %}{{ s | sha256 }}{% endfor %}',
      { s: 'x'.repeat(1_000_000) },
    ],
    [
      'comparing long texts again and again',
      '{% for i in 1..100000 %}{{ s == t }}{% endfor %}',
      { s: `${'x'.repeat(1_000_000)}a`, t: `${'x'.repeat(1_000_000)}b` },
    ],
    [
      'sorting again and again',
      '{% for i in 1..10000 %}{% set x = xs | sort %}{% endfor %}',
      { xs: Array.from({ length: 10_000 }, (_, i) => i) },
    ],
    [
      "sorting by Liquid's sort again and again",
      '{% for i in 1..10000 %}{% assign x = xs | sort %}{% endfor %}',
      { xs: Array.from({ length: 10_000 }, (_, i) => i) },
    ],
    [
      'YAML with aliases of aliases',
      '{{ yaml(s) }}',
      {
        s: `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'
          .split('')
          .map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[i]}`).join(',')}]`)
          .join('\n')}`,
      },
    ],
    ['a value nested 100,000 deep', '{{ v }}', { v: nested(100_000) }],
    ['jq that calls itself', "{{ 1 | jq('def f: f; f') }}"],
    ['jq that makes a long list', "{{ 1 | jq('[range(1e9)]') }}"],
    ['jq that counts far', "{{ 1 | jq('reduce range(1e9) as $i (0; . + 1)') }}"],
    ['jq that repeats', "{{ 1 | jq('[repeat(1)]') }}"],
    ['jq that never ends', "{{ 1 | jq('until(false; .)') }}"],
    ['jq that repeats a text', `{{ 1 | jq('"x" * 1e9') }}`],
    ['jq that recurses on itself', "{{ 1 | jq('[recurse(.)]') }}"],
    ['a template of a megabyte', 'x{{ 1 }}'.repeat(200_000)],
    ['an output of 15 MB', '{{ s }}{{ s }}{{ s }}', { s: 'x'.repeat(5_000_000) }],
  ])('%s', (_, template, vars) => {
    expect(codeOf(template, vars)).toBe('EXPRESSION_LIMIT');
  });

  it('is shared by several calls, and says the same every time', () => {
    const budget = new Budget();
    const render = (): string | Promise<string> =>
      expressions.render('{% for i in 1..1000 %}{{ i }}{% endfor %}', {}, { namespace: '', budget });
    void render();
    const once = budget.steps;
    void render();
    expect(budget.steps).toBe(once * 2);
    expect(() => Array.from({ length: 1_000 }, render)).toThrow(/steps/);
  });

  it('also bounds a value that is not printed', () => {
    expect(() => expressions.renderTyped(`${DOUBLED_LISTS}{{ s }}`, {})).toThrow(ExpressionError);
  });
});

describe('is refused', () => {
  it.each<[string, string, Vars?]>([
    ['a nested quote bomb', `{{ ${'"#{'.repeat(3_000)}1${'}"'.repeat(3_000)} }}`],
    ['quotes left open', `{{ ${'"\''.repeat(60_000)}`],
    ['a number pattern without end', `{{ 1 | numberFormat('${'0'.repeat(100_000)}') }}`],
    ['a wide format', "{{ '%2000000000d' | format(1) }}"],
    ['JSON nested deep', '{{ fromJson(s) }}', { s: `${'[1.5,'.repeat(100_000)}1${']'.repeat(100_000)}` }],
    ['jq brackets', `{{ 1 | jq('${'('.repeat(20_000)}') }}`],
    ['jq operators', `{{ 1 | jq('${'1+'.repeat(20_000)}1') }}`],
    ['a date beyond the calendar', "{{ '2024-01-01' | dateAdd(999999999999, 'YEARS') }}"],
    ['a repeated repetition', "{{ 'a' | regexMatch('(a{1000}){1000}') }}"],
    ["Liquid's include", "{% include 'package.json' %}"],
    ["Liquid's render", "{% render 'package.json' %}"],
    ["Liquid's layout", "{% layout 'package.json' %}"],
    ['modules in jq', `{{ 1 | jq('import "a" as a; 1') }}`],
    ['the environment in jq', "{{ 1 | jq('$ENV') }}"],
    ['more input in jq', "{{ 1 | jq('input') }}"],
    ['a path out of the folder', "{{ read('../../etc/passwd') }}"],
  ])('%s', (_, template, vars) => {
    expect(codeOf(template, vars)).toMatch(/^EXPRESSION_(SYNTAX|UNKNOWN|VALUE|LIMIT)$/);
  });
});

describe('reaches nothing but its variables', () => {
  it.each([
    '{{ __proto__ }}',
    '{{ constructor }}',
    '{{ toString }}',
    '{{ hasOwnProperty }}',
    '{{ a.__proto__ }}',
    "{{ a['constructor'] }}",
    "{{ a['__pro' ~ 'to__'] }}",
    '{{ a.constructor.constructor }}',
    "{{ a.constructor('return process')() }}",
    '{{ xs.constructor }}',
    '{{ xs.map }}',
    "{{ ''.constructor }}",
    '{{ n.toFixed(2) }}',
    "{{ 'x' | constructor }}",
    '{{ constructor() }}',
    '{{ 1 is constructor }}',
    '{{ process.env }}',
    '{{ globalThis }}',
    '{{ require("fs") }}',
    '{% for x in a.constructor %}{% endfor %}',
    "{{ a.get('__proto__').x }}",
    '{{ loop }}',
  ])('%s', (template) => {
    expect(codeOf(template, { a: { b: 1 }, xs: [1], n: 5 })).toMatch(/^EXPRESSION_(MISSING|UNKNOWN|SYNTAX|VALUE)$/);
  });

  it.each<[string, string]>([
    ["{{ {'__proto__': {'x': 1}}.x ?? 'own' }}", 'own'],
    [`{{ fromJson('{"__proto__": {"polluted": 1}}') | merge({'a': 1}) | keys }}`, '["__proto__","a"]'],
    ["{{ a | map: '__proto__' | first ?? 'nothing' }}", 'nothing'],
    ['{% assign x = a.constructor %}{{ x }}', ''],
    [`{{ {} | jq('.__proto__ = {"x": 1}') }}`, '[{"__proto__":{"x":1}}]'],
    [`{{ yaml('__proto__: {polluted: 1}') }}`, '{"__proto__":{"polluted":1}}'],
  ])('%s', (template, text) => {
    expect(expressions.render(template, { a: [{ b: 1 }] })).toBe(text);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

it('takes linear time for a pattern that others never finish', () => {
  expect(expressions.render("{{ s | regexMatch('^(a+)+$') }}", { s: `${'a'.repeat(50_000)}!` })).toBe('false');
});

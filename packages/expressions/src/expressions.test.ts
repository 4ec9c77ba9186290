import { describe, expect, it } from 'vitest';
import { servicesOf } from './conformance.ts';
import { ExpressionError } from './expression-error.ts';
import { Expressions, isTemplate } from './expressions.ts';
import type { Vars } from './json.ts';

const expressions = new Expressions();

function failure(template: string, vars: Vars = {}, engine = expressions): ExpressionError {
  try {
    void engine.render(template, vars);
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
  throw new Error(`${template} was rendered`);
}

describe('render', () => {
  it('gives text at once when nothing waits', () => {
    expect(expressions.render('a {{ b.c ~ 1 }}', { b: { c: 'x' } })).toBe('a x1');
  });

  it('gives a promise only when something waited', async () => {
    const engine = new Expressions({
      services: { kv: (key) => Promise.resolve(key), secret: () => 'at once' },
    });
    const call = { namespace: 'company' };
    expect(engine.render("{{ true ? 'a' : kv('K') }}", {}, call)).toBe('a');
    expect(engine.render("{{ secret('S') }}", {}, call)).toBe('at once');
    const waiting = engine.render(
      "{% for i in [1, 2] %}{{ kv('K' ~ i) | lower }}{{ i }};{% endfor %}{{ kv('Z') }}",
      {},
      call,
    );
    expect(waiting).toBeInstanceOf(Promise);
    expect(await waiting).toBe('k11;k22;Z');
  });

  it("waits within Liquid's own tags, macros and filters", async () => {
    const engine = new Expressions({ services: { kv: (key) => Promise.resolve(key) } });
    const template =
      "{% capture c %}{{ kv('A') }}{% endcapture %}{{ c }}{% macro m(x) %}<{{ x }}{{ kv('B') }}>{% endmacro %}{{ m(kv('C')) }}{% filter lower %}{{ kv('D') }}{% endfilter %}{% if kv('E') == 'E' %}{% set s = kv('F') %}{{ s }}{% endif %}";
    expect(await engine.render(template, {}, { namespace: 'company' })).toBe('A<CB>dF');
  });

  it('asks the variables for single members only', () => {
    const asked: string[] = [];
    const vars = {} as Vars;
    for (const name of ['a', 'b', 'c'])
      Object.defineProperty(vars, name, {
        enumerable: true,
        get: () => {
          asked.push(name);
          return { x: name };
        },
      });
    expect(expressions.render('{{ b.x }}{% if a.x %}{{ a.x }}{% endif %}', vars)).toBe('baa'.slice(0, 2));
    expect(new Set(asked)).toEqual(new Set(['a', 'b']));
  });

  it('knows globals, also inside macros', () => {
    const engine = new Expressions({ globals: { team: 'data' } });
    expect(engine.render('{{ team }}{% macro m() %}{{ team }}{% endmacro %}{{ m() }}', {})).toBe('datadata');
  });

  it('takes the clock and chance from the call', () => {
    const call = { namespace: '', nowMs: Date.UTC(2024, 1, 29), random: () => 0 };
    expect(expressions.render("{{ now('yyyy-MM-dd') }} {{ randomInt(3, 9) }} {{ uuid() }}", {}, call)).toBe(
      '2024-02-29 3 018df229-2800-7000-8000-000000000000',
    );
  });

  it('prints dates in its zone and language', () => {
    const engine = new Expressions({ timeZone: 'Europe/Paris', locale: 'fr-FR' });
    expect(engine.render("{{ '2024-02-29T23:30:00Z' | date('EEEE d MMMM HH:mm') }}", {})).toBe('vendredi 1 mars 00:30');
  });
});

describe('renderTyped', () => {
  it.each<[string, unknown]>([
    ['{{ m }}', { a: [1, null] }],
    ['{{ n }}', 5],
    ['{{ 2.5 * 2 }}', 5],
    ['{% if n > 1 %}{{ m.a }}{% endif %}', [1, null]],
    [' {{ n }}', ' 5'],
    ['{{ n }}{{ n }}', '55'],
    ['text', 'text'],
  ])('%s', (template, value) => {
    expect(expressions.renderTyped(template, { n: 5, m: { a: [1, null] } })).toEqual(value);
  });
});

describe('renderAll', () => {
  const vars = { name: 'x', xs: [1, 2] };

  it('renders texts and keys, and leaves the rest', () => {
    const value = { '{{ name }}': ['{{ xs }}', 3, { deep: '{{ name }}!' }], flag: true, none: null };
    expect(expressions.renderAll(value, vars)).toEqual({ x: ['[1,2]', 3, { deep: 'x!' }], flag: true, none: null });
  });

  it('keeps types when asked to', () => {
    expect(expressions.renderAll({ a: '{{ xs }}', b: 'n {{ name }}' }, vars, undefined, { typed: true })).toEqual({
      a: [1, 2],
      b: 'n x',
    });
  });

  it('counts as one call', () => {
    const engine = new Expressions({ limits: { steps: 50 } });
    expect(() => engine.renderAll(Array<string>(100).fill('{{ name }}'), vars)).toThrow(/steps/);
  });
});

describe('test', () => {
  it.each([
    ['{{ n > 1 }}', true],
    ['{{ n > 9 }}', false],
    ['{{ null }}', false],
    [' {{ 0 }} ', false],
    ['-0', false],
    ['{{ "false" }}', false],
    ['{{ "no" }}', true],
    ['{{ xs }}', true],
  ])('%s is %s', (condition, holds) => {
    expect(expressions.test(condition, { n: 5, xs: [] })).toBe(holds);
  });
});

describe('an error', () => {
  it('points at the very operator', () => {
    const error = failure('line 1\n  {{ a.b.c }}', { a: { b: {} } });
    expect(error).toMatchObject({ code: 'EXPRESSION_MISSING', subject: 'c', line: 2, column: 10, offset: 16 });
    expect(error.message).toBe('Unable to find `c`, line:2, col:10');
    expect(error.frame).toBe('   1| line 1\n>> 2|   {{ a.b.c }}\n               ^');
  });

  it.each([
    ['{{ inputs.taxy }}', 'Did you mean "taxi"?'],
    ['{{ inputz.taxi }}', 'Did you mean "inputs"?'],
    ["{{ 'a' | uper }}", 'Did you mean "upper"?'],
    ["{{ 'a' | dat: '%Y' }}", 'Did you mean "date"?'],
    ['{{ nw() }}', 'Did you mean "now"?'],
    ['{{ 1 is od }}', 'Did you mean "odd"?'],
    ["{{ now(formt='iso') }}", 'Did you mean "format"?'],
    ['{{ inputs.taxi.trm() }}', 'Did you mean "trim()"?'],
    ['{% iff true %}{% endiff %}', 'Did you mean "if"?'],
  ])('helps with %s', (template, hint) => {
    expect(failure(template, { inputs: { taxi: 'green' } }).hint).toBe(hint);
  });

  it('points into the nested template that fails', () => {
    const error = failure('{{ render(v) }}', { v: 'x\n{{ missing }}' });
    expect(error).toMatchObject({ line: 2, column: 4, frame: '   1| x\n>> 2| {{ missing }}\n         ^' });
  });

  it('points into a macro, not at its call', () => {
    expect(failure('{{ m() }}\n{% macro m() %}{{ x }}{% endmacro %}')).toMatchObject({ line: 2, column: 19 });
  });

  it('says what to do about a shell script', () => {
    expect(failure('echo ${#array[@]}').hint).toContain('{% raw %}');
  });

  it('tells a service’s failure with its cause', async () => {
    const cause = new Error('the bus is down');
    const engine = new Expressions({ services: { kv: () => Promise.reject(cause) } });
    const rendered = engine.render("ab {{ kv('K') }}", {}, { namespace: 'company' });
    await expect(rendered).rejects.toMatchObject({ code: 'EXPRESSION_SERVICE', cause, line: 1, column: 7 });
    expect(failure("{{ secret('S') }}", {}, engine).message).toContain('cannot be asked for here');
  });

  it('is no reason to keep a template', () => {
    expect(failure('{{ nope }}').line).toBe(1);
    expect(expressions.render('{{ nope }}', { nope: 'there' })).toBe('there');
  });
});

describe('check', () => {
  it('finds every faulty expression at once, with its place', () => {
    expect(expressions.check('{{ a | nope }} {{ 1 + }}\n{{ kvv("x") }}{{ ok }}')).toEqual([
      { code: 'EXPRESSION_UNKNOWN', message: 'Unknown filter "nope"', offset: 7, line: 1, column: 8 },
      expect.objectContaining({ code: 'EXPRESSION_SYNTAX', offset: 21, line: 1, column: 22 }),
      expect.objectContaining({ code: 'EXPRESSION_UNKNOWN', line: 2, column: 4, hint: 'Did you mean "kv"?' }),
    ]);
  });

  it.each([
    "{{ 'a' | slice }}",
    "{{ 'a' | slice(0, 1, 2) }}",
    '{{ range(1, 2, 3, 4) }}',
    '{{ m(1) }}{% macro m() %}{% endmacro %}',
  ])('counts arguments: %s', (template) => {
    expect(expressions.check(template)).toHaveLength(1);
  });

  it('finds a tag that is not closed', () => {
    expect(expressions.check('{% if a %}{{ b }}')).toEqual([
      expect.objectContaining({
        code: 'EXPRESSION_SYNTAX',
        message: 'Tag "if" not closed, {% endif %} expected',
        offset: 0,
      }),
    ]);
  });

  it('has nothing to say about a sound template', () => {
    expect(expressions.check("{% for x in xs %}{{ x | date('yyyy') ?? 'y' }}{% endfor %}")).toEqual([]);
  });
});

describe('references', () => {
  it('tells paths, functions, filters and whether I/O is needed', () => {
    expect(
      expressions.references(
        "{{ outputs.extract.files[inputs.name ~ '.csv'].uri | lower }} {{ kv('A') ?? outputs['b-c'].d }}",
      ),
    ).toMatchObject({
      paths: [
        ['outputs', 'extract', 'files'],
        ['inputs', 'name'],
        ['outputs', 'b-c', 'd'],
      ],
      functions: ['kv'],
      filters: ['lower'],
      needsIo: true,
      rendersText: false,
    });
  });

  it('leaves out what tags set, and looks into Liquid’s own tags', () => {
    const template =
      '{% for x in outputs.list %}{{ x.y }}{{ loop.index }}{% endfor %}{% set z = 1 %}{{ z }}{% case inputs.kind %}{% when "a" %}{{ vars.a }}{% endcase %}{{ render(vars.t) }}';
    const { paths, needsIo, rendersText } = expressions.references(template);
    expect(paths.map((path) => path.join('.')).sort()).toEqual(['inputs.kind', 'outputs.list', 'vars.a', 'vars.t']);
    expect({ needsIo, rendersText }).toEqual({ needsIo: false, rendersText: true });
  });
});

describe('secrets', () => {
  const engine = (recursive: boolean): Expressions =>
    new Expressions({ services: servicesOf({ secrets: { S: 'pa{{ inputs.x }}ss', J: '{"user":"me"}' } }), recursive });

  it('are remembered for masking', () => {
    const secrets = new Set<string>();
    expect(engine(false).render("{{ secret('J', subkey='user') }}", {}, { namespace: 'company', secrets })).toBe('me');
    expect([...secrets]).toEqual(['{"user":"me"}', 'me']);
  });

  it('are never rendered themselves', () => {
    const call = { namespace: 'company' };
    expect(engine(true).render("{{ secret('S') }}!", {}, call)).toBe('pa{{ inputs.x }}ss!');
    expect(engine(false).render('{{ render(v) }}', { v: "{{ secret('S') }}" }, call)).toBe('pa{{ inputs.x }}ss');
  });
});

describe('Liquid beside the Pebble dialect', () => {
  const vars = { name: 'Ada', xs: [3, 1, 2], day: '2024-02-29', m: { a: 1 }, rows: [{ k: 'b' }, { k: 'a' }] };

  it.each([
    ["{{ name | upcase | replace: 'A', 'O' }}", 'ODO'],
    ["{{ day | date: '%Y/%m' }} {{ day | date('yyyy-MM') }}", '2024/02 2024-02'],
    ["{{ missing | default: 'none' }}", 'none'],
    ["{{ xs | sort | join: '-' }} {{ xs | sort | join('-') }}", '1-2-3 1-2-3'],
    ["{{ rows | map: 'k' | sort | join(',') }}", 'a,b'],
    ["{{ rows | where: 'k', 'a' | size }}", '1'],
    ["{{ 'a' ~ (name | append: '!' | upper) }}", 'aADA!'],
    ["{{ name | append: '-' ~ m.a }}", 'Ada-1'],
    ["{{ false ? 'a' : 'b' | upcase }}", 'B'],
    ["{{ {'k': name | upcase}.k }}", 'ADA'],
    ['{% assign x = xs | size %}{{ x + 1 }}', '4'],
    ['{% capture c %}{{ name | upper }}{% endcapture %}{{ c ~ 1 }}', 'ADA1'],
    ['{% case name %}{% when "Ada" %}yes{% else %}no{% endcase %}', 'yes'],
    ['{% unless m.a == 2 %}{{ m.a }}{% endunless %}', '1'],
    ['{% for x in xs limit: 2 offset: 1 reversed %}{{ x }}{{ forloop.index }}{% endfor %}', '2112'],
    ['{% for x in xs %}{% if x == 1 %}{% break %}{% endif %}{{ x }}{% endfor %}', '3'],
    ['{% for x in xs %}{% if x == 1 %}{% continue %}{% endif %}{{ x }}{% endfor %}', '32'],
    ['{% if m.a == 2 %}a{% elsif m.a == 1 %}b{% endif %}', 'b'],
    ['{% set y = 5 %}{% assign z = y %}{{ z }}', '5'],
    ['{% comment %}{{ broken | }}{% endcomment %}x'.replace('broken | ', "'fine'"), 'x'],
    ['{% cycle "a", "b" %}{% cycle "a", "b" %}', 'ab'],
    ['{% increment n %}{% increment n %}', '01'],
  ])('%s', (template, text) => {
    expect(expressions.render(template, vars)).toBe(text);
  });
});

it('takes extensions, and forgets what it had parsed without them', () => {
  const engine = new Expressions();
  expect(failure('{{ 2 | twice }}', {}, engine).code).toBe('EXPRESSION_UNKNOWN');
  engine.add({
    filters: {
      twice: {
        description: 'Twice the number.',
        params: [],
        example: { template: '{{ 2 | twice }}', result: '4' },
        apply: (input) => Number(input) * 2,
      },
    },
  });
  expect(engine.render('{{ 2 | twice }}', {})).toBe('4');
});

it.each([
  ['text', false],
  ['{ x }', false],
  ['a {{ b }}', true],
  ['{% if %}', true],
  ['${#x}', true],
])('isTemplate(%j) is %s', (text, is) => {
  expect(isTemplate(text)).toBe(is);
});

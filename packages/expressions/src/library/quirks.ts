import type { Example } from './declaration.ts';

/** Something about the language that surprises, and what we do about it. */
export interface Quirk {
  readonly what: string;
  readonly ours: string;
  readonly example: Example;
}

/** Kept where flows rely on it, mended where nobody can. */
export const QUIRKS: readonly Quirk[] = [
  {
    what: 'A list or map joined to a text is not JSON.',
    ours: 'Kept: `[1, 2]` and `{a=1}`. Write `| toJson` for JSON.',
    example: { template: "{{ 'l' ~ [1, 2] ~ {'a': 1} }}", result: 'l[1, 2]{a=1}' },
  },
  {
    what: '`join` and `+` print null as a word, `~` as nothing.',
    ours: 'Kept.',
    example: { template: "{{ ['a', null] | join('-') }} {{ 'a' + null }} {{ 'a' ~ null }}", result: 'a-null anull a' },
  },
  {
    what: 'Entries of maps that are null are missing in JSON.',
    ours: 'Kept, for output and `toJson`. In lists null stays.',
    example: { template: "{{ {'a': null, 'b': [null]} | toJson }}", result: '{"b":[null]}' },
  },
  {
    what: 'A decimal that is whole prints with `.0`, a large or small one with an exponent.',
    ours: 'Kept for everything computed here. A decimal that comes in as data and is whole, `10.0`, prints as `10`.',
    example: {
      template: "{{ 2.5 * 2 }} {{ '1e3' | number('DOUBLE') }} {{ 12345678.5 }}",
      result: '5.0 1000.0 1.23456785E7',
    },
  },
  {
    what: 'Whole numbers have 64 bits and wrap around.',
    ours: 'Kept. Data of 32 bits does not wrap: it counts on.',
    example: {
      template: '{{ 9223372036854775807 + 1 }} {{ a + a }}',
      vars: { a: 2_000_000_000 },
      result: '-9223372036854775808 4000000000',
    },
  },
  {
    what: '`${#x}` in a shell script opens a comment.',
    ours: 'An error that says so; put the script between `{% raw %}` and `{% endraw %}`.',
    example: { template: '{% raw %}${#array[@]}{% endraw %}', result: '${#array[@]}' },
  },
  {
    what: 'A macro sees only its arguments; handing it `_context` fails in the original.',
    ours: '`_context` is all variables of the caller.',
    example: { template: '{{ m(_context) }}{% macro m(all) %}{{ all.a }}{% endmacro %}', vars: { a: 1 }, result: '1' },
  },
  {
    what: 'A secret that looks like a template would be rendered when a result is rendered again.',
    ours: 'A secret is never rendered.',
    example: { template: '{{ render(v) }}', vars: { v: "{{ secret('BRACES') }}" }, result: '{{ hush }}' },
  },
  {
    what: '`??` binds tighter than `|` up to version 1.3, and looser from 2.0 on.',
    ours: 'As up to 1.3, which flows are written for: the filter takes whichever side won. Parentheses say it in both.',
    example: { template: "{{ a ?? 'x' | upper }}", result: 'X' },
  },
  {
    what: '`not x is odd` asks whether `not x` is odd.',
    ours: 'Kept. Write `x is not odd`.',
    example: { template: '{{ 2 is not odd }}', result: 'true' },
  },
  {
    what: 'Numbers in lists are equal only when their Java types are.',
    ours: 'Numbers are equal by value everywhere.',
    example: { template: '{{ xs contains 1 }} {{ [1] == [1.0] }}', vars: { xs: [1] }, result: 'true true' },
  },
  {
    what: 'Two texts cannot be ordered by `<` up to version 1.3.',
    ours: 'They are compared character by character, as from 2.0 on.',
    example: { template: "{{ '2024-01-02' > '2024-01-01' }}", result: 'true' },
  },
  {
    what: 'Subscripts of literals, and words such as `is` as names of attributes, do not parse.',
    ours: 'They do.',
    example: { template: '{{ [1, 2][0] }} {{ a.is }}', vars: { a: { is: 'x' } }, result: '1 x' },
  },
  {
    what: 'Map literals print in the order of a hash table.',
    ours: 'In the order they are written; keys that are whole numbers come first.',
    example: { template: "{{ {'b': 1, 'a': 2} }}", result: '{"b":1,"a":2}' },
  },
  {
    what: 'Any method of a Java object could be called.',
    ours: 'A closed list: texts, lists, maps and numbers have the harmless ones.',
    example: { template: "{{ 'abc'.substring(1) }} {{ [1, 2].size }}", result: 'bc 2' },
  },
  {
    what: 'Regular expressions can run for ever.',
    ours: 'They take linear time; look-around and back-references are refused.',
    example: { template: "{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaa!' | regexMatch('^(a+)+$') }}", result: 'false' },
  },
  {
    what: 'A text that looks like a number is written to YAML without quotes, and items of lists one space in.',
    ours: 'Kept.',
    example: { template: "{{ {'a': ['1']} | yaml }}", result: 'a:\n - 1\n' },
  },
  {
    what: '`null | distinct` prints the word null.',
    ours: 'Kept.',
    example: { template: '{{ null | distinct }}', result: 'null' },
  },
  {
    what: 'A value in the midst of text has no type; the original fails.',
    ours: 'The whole is a text. A lone `{{ … }}` keeps its type.',
    example: { template: 'n={{ n }}', vars: { n: 1 }, result: 'n=1' },
  },
  {
    what: '`isDateAfter`, `isDateBefore`, `isDateBetween`, `iterationOutput` and `parentOutput` are described but never came.',
    ours: 'They are there.',
    example: { template: "{{ isDateAfter('2026-03-01T00:00:00Z', '2026-01-01T00:00:00Z') }}", result: 'true' },
  },
];

import type { Example } from './declaration.ts';

/** A tag, as the reference describes it. */
export interface TagDescription {
  readonly description: string;
  readonly example: Example;
}

/** The tags of this dialect. Liquid's own (`assign`, `capture`, `case`, `unless`, `cycle`, …) may stand beside them. */
export const TAGS: Readonly<Record<string, TagDescription>> = {
  if: {
    description: 'Renders what stands under the first condition that is true. Null is an error: ask `is not null`.',
    example: {
      template: '{% if n > 9 %}many{% elseif n > 0 %}some{% else %}none{% endif %}',
      vars: { n: 3 },
      result: 'some',
    },
  },
  for: {
    description:
      'Goes through a list, or a map as `key` and `value`; nothing for null. Inside, `loop` has `index` (from 0), `revindex`, `length`, `first` and `last`. What stands under `else` is rendered when there is nothing to go through.',
    example: {
      template: '{% for x in xs %}{{ loop.index }}{{ x }}{% else %}none{% endfor %}',
      vars: { xs: ['a', 'b'] },
      result: '0a1b',
    },
  },
  set: {
    description: 'Sets a variable where it was set first; one first set within a loop is gone after it.',
    example: {
      template: '{% set sum = 0 %}{% for x in [1, 2] %}{% set sum = sum + x %}{% endfor %}{{ sum }}',
      result: '3',
    },
  },
  macro: {
    description:
      'Defines a function of this template, which may be called above it. Inside, only its arguments are seen.',
    example: {
      template: '{% macro greet(name, mark="!") %}Hi {{ name }}{{ mark }}{% endmacro %}{{ greet("you") }}',
      result: 'Hi you!',
    },
  },
  block: {
    description: 'Renders in place, and again wherever `block("name")` stands.',
    example: { template: '{% block "a" %}x{% endblock %}{{ block("a") }}', result: 'xx' },
  },
  filter: {
    description: 'Passes everything inside through filters.',
    example: { template: '{% filter upper | trim %} a {% endfilter %}', result: 'A' },
  },
  raw: {
    description: 'Text as it stands, also when a result is rendered again.',
    example: { template: '{% raw %}{{ x }}{% endraw %}', result: '{{ x }}' },
  },
  verbatim: {
    description: 'Text as it stands, in this pass.',
    example: { template: '{% verbatim %}{{ x }}{% endverbatim %}', result: '{{ x }}' },
  },
};

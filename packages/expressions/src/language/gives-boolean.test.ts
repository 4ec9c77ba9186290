import { expect, it } from 'vitest';
import { Expressions } from '../expressions.ts';

const expressions = new Expressions();

it.each([
  ['{{ a == 1 }}', true],
  ['{{ not a }}', true],
  ["{{ a is defined and b contains 'x' }}", true],
  ["{{ a | startsWith('x') }}", true],
  ['{{ isWeekend(a) ? true : a != b }}', true],
  ['{{ a }}', false],
  ['{{ a ?? true }}', false],
  ['{{ a ? b : false }}', false],
  ['{{ a == 1 }} ', false],
  ['{% if a == 1 %}true{% endif %}', false],
])('%s gives true or false: %s', (template, answer) => {
  expect(expressions.givesBoolean(template)).toBe(answer);
});

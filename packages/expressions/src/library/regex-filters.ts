import { valueError } from '../expression-error.ts';
import { joinedText } from '../values/print.ts';
import { optionalWhole, textFrom } from './arguments.ts';
import { optional, required, type Filters } from './declaration.ts';
import { pattern } from './regular-expression.ts';

const NOTE = 'Runs in linear time: look-around and back-references are refused.';

/** Filters for regular expressions. */
export const REGEX_FILTERS: Filters = {
  regexMatch: {
    description: 'Whether a regular expression matches somewhere in the text; false for null.',
    params: [required('regex', 'The regular expression.')],
    takesNull: true,
    note: NOTE,
    example: { template: "{{ 'order-123' | regexMatch('\\d+') }}", result: 'true' },
    apply: (input, [regex], { budget }) =>
      input !== null &&
      pattern(textFrom(regex, 'Argument "regex" of filter "regexMatch"'), budget).find(joinedText(input, budget)),
  },
  regexReplace: {
    description: 'Replaces every match of a regular expression.',
    params: [
      required('regex', 'The regular expression.'),
      required('replacement', 'What to put there; `$1` stands for a group.'),
    ],
    note: NOTE,
    example: { template: "{{ 'a1b2' | regexReplace('\\d', '#') }}", result: 'a#b#' },
    apply: (input, [regex, replacement], { budget }) =>
      pattern(textFrom(regex, 'Argument "regex" of filter "regexReplace"'), budget).replaceAll(
        joinedText(input, budget),
        textFrom(replacement, 'Argument "replacement" of filter "regexReplace"'),
        budget,
      ),
  },
  regexExtract: {
    description: 'The first match of a regular expression, or one group of it; null when there is none.',
    params: [
      required('regex', 'The regular expression.'),
      optional('group', 'Number of the group; 0, the whole match, when left out.'),
    ],
    note: NOTE,
    example: { template: "{{ 'order-123-done' | regexExtract('order-(\\d+)', 1) }}", result: '123' },
    apply(input, [regex, group], { budget }) {
      const compiled = pattern(textFrom(regex, 'Argument "regex" of filter "regexExtract"'), budget);
      const index = optionalWhole(group, 'Argument "group" of filter "regexExtract"', 0);
      if (index < 0 || index > compiled.groupCount)
        throw valueError(`Filter "regexExtract" wants group ${index}, but the pattern has ${compiled.groupCount}`);
      return compiled.groups(joinedText(input, budget))?.[index] ?? null;
    },
  },
};

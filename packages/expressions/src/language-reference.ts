import { DATE_PRESETS } from './dates/presets.ts';
import { BINARY_OPERATORS, UNARY_OPERATORS } from './language/operators.ts';
import { QUIRKS } from './library/quirks.ts';
import { STANDARD_LIBRARY } from './library/standard.ts';
import { TAGS } from './library/tags.ts';

/** Everything the language has, with descriptions and examples: for the reference, and for completion in editors. */
export const LANGUAGE = {
  filters: STANDARD_LIBRARY.filters ?? {},
  functions: STANDARD_LIBRARY.functions ?? {},
  tests: STANDARD_LIBRARY.tests ?? {},
  tags: TAGS,
  operators: BINARY_OPERATORS,
  unaryOperators: UNARY_OPERATORS,
  datePresets: DATE_PRESETS,
  quirks: QUIRKS,
} as const;

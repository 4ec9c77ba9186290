import type { Extension } from './declaration.ts';
import { DATE_FILTERS } from './date-filters.ts';
import { ENCODING_FILTERS } from './encoding-filters.ts';
import { LIST_FILTERS } from './list-filters.ts';
import { NUMBER_FILTERS } from './number-filters.ts';
import { REGEX_FILTERS } from './regex-filters.ts';
import { TESTS } from './tests.ts';
import { TEXT_FILTERS } from './text-filters.ts';

/** Everything that templates may use without adding anything. */
export const STANDARD_LIBRARY: Extension = {
  filters: { ...TEXT_FILTERS, ...LIST_FILTERS, ...NUMBER_FILTERS, ...ENCODING_FILTERS, ...REGEX_FILTERS, ...DATE_FILTERS },
  tests: TESTS,
};

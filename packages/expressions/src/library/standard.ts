import type { Extension } from './declaration.ts';
import { DATA_FILTERS } from './data-filters.ts';
import { DATE_FILTERS } from './date-filters.ts';
import { DATE_FUNCTIONS } from './date-functions.ts';
import { ENCODING_FILTERS } from './encoding-filters.ts';
import { IO_FUNCTIONS } from './io-functions.ts';
import { LIST_FILTERS } from './list-filters.ts';
import { NUMBER_FILTERS } from './number-filters.ts';
import { RANDOM_FUNCTIONS } from './random-functions.ts';
import { REGEX_FILTERS } from './regex-filters.ts';
import { TESTS } from './tests.ts';
import { TEXT_FILTERS } from './text-filters.ts';
import { TEXT_FUNCTIONS } from './text-functions.ts';
import { VALUE_FUNCTIONS } from './value-functions.ts';

/** Everything that templates may use without adding anything. */
export const STANDARD_LIBRARY: Extension = {
  filters: {
    ...TEXT_FILTERS,
    ...LIST_FILTERS,
    ...NUMBER_FILTERS,
    ...ENCODING_FILTERS,
    ...REGEX_FILTERS,
    ...DATE_FILTERS,
    ...DATA_FILTERS,
  },
  functions: { ...TEXT_FUNCTIONS, ...VALUE_FUNCTIONS, ...DATE_FUNCTIONS, ...RANDOM_FUNCTIONS, ...IO_FUNCTIONS },
  tests: TESTS,
};

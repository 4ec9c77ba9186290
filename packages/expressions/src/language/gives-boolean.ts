import type { Expression } from './syntax-tree.ts';

const OPERATORS: ReadonlySet<string> = new Set([
  '==', 'equals', '!=', '<', '>', '<=', '>=', 'and', 'or', 'contains', 'isIn', 'not',
]); // prettier-ignore
const FUNCTIONS: ReadonlySet<string> = new Set([
  'isWeekend', 'isPublicHoliday', 'isDayWeekInMonth', 'isLastWorkingDay', 'isDateAfter', 'isDateBefore',
  'isDateBetween', 'fileExists', 'isFileEmpty',
]); // prettier-ignore
const FILTERS: ReadonlySet<string> = new Set(['startsWith', 'endsWith', 'regexMatch']);

/** Whether an expression is true or false whatever its variables are, unless it fails. */
export function givesBoolean(expression: Expression): boolean {
  switch (expression.kind) {
    case 'literal':
      return typeof expression.value === 'boolean';
    case 'test':
      return true;
    case 'unary':
    case 'binary':
      return OPERATORS.has(expression.operator);
    case 'ternary':
      return givesBoolean(expression.yes) && givesBoolean(expression.no);
    case 'call':
      return FUNCTIONS.has(expression.name);
    case 'filter':
      return FILTERS.has(expression.name);
    default:
      return false;
  }
}

/** How an operator of two operands binds; the higher, the tighter. All group to the left. */
export interface BinaryOperator {
  readonly precedence: number;
  /** From 2.0 on, where that is another. */
  readonly laterPrecedence?: number;
  readonly description: string;
  readonly example: string;
  readonly result: string;
}

/**
 * Operators between two operands, with the precedence that flows were written for.
 * `is` and `|` take the name of a test or filter on their right.
 */
export const BINARY_OPERATORS: Readonly<Record<string, BinaryOperator>> = {
  or: {
    precedence: 10,
    description: 'True if one side is true; the right is not looked at when the left is.',
    example: '{{ false or true }}',
    result: 'true',
  },
  and: {
    precedence: 15,
    description: 'True if both sides are; the right is not looked at when the left is not.',
    example: '{{ true and false }}',
    result: 'false',
  },
  is: { precedence: 20, description: 'Asks a test, `is not` the opposite.', example: '{{ 3 is odd }}', result: 'true' },
  contains: {
    precedence: 20,
    description: 'Whether a list has an item (or all items of a list), a map a key, a text a part.',
    example: "{{ ['a', 'b'] contains 'a' }}",
    result: 'true',
  },
  '==': { precedence: 30, description: 'Equal; numbers by their value.', example: '{{ 2 == 2.0 }}', result: 'true' },
  equals: { precedence: 30, description: 'The same as `==`.', example: "{{ 'a' equals 'a' }}", result: 'true' },
  '!=': { precedence: 30, description: 'Not equal.', example: '{{ 1 != 2 }}', result: 'true' },
  '<': {
    precedence: 30,
    description: 'Less; two texts compare character by character, null is never less.',
    example: '{{ 1 < 2 }}',
    result: 'true',
  },
  '>': { precedence: 30, description: 'Greater.', example: "{{ '2024-01-02' > '2024-01-01' }}", result: 'true' },
  '<=': { precedence: 30, description: 'Less or equal.', example: '{{ 2 <= 2 }}', result: 'true' },
  '>=': { precedence: 30, description: 'Greater or equal.', example: '{{ 1 >= 2 }}', result: 'false' },
  '+': {
    precedence: 40,
    description: 'Adds numbers, joins if one side is a text, appends to a list.',
    example: '{{ 1 + 2 }} {{ [1] + 2 }}',
    result: '3 [1,2]',
  },
  '-': {
    precedence: 40,
    description: 'Subtracts numbers, removes from a list.',
    example: '{{ [1, 2, 3] - [1, 3] }}',
    result: '[2]',
  },
  '*': {
    precedence: 60,
    description: 'Multiplies; a text is read as a number.',
    example: "{{ '10' * 2 }}",
    result: '20',
  },
  '/': {
    precedence: 60,
    description: 'Divides; whole numbers give a whole number.',
    example: '{{ 7 / 2 }} {{ 7 / 2.0 }}',
    result: '3 3.5',
  },
  '%': { precedence: 60, description: 'The rest of a division.', example: '{{ 10 % 3 }}', result: '1' },
  '|': {
    precedence: 100,
    description: 'Passes the left side through a filter.',
    example: "{{ 'a' | upper }}",
    result: 'A',
  },
  '~': {
    precedence: 110,
    description: 'Joins two texts; null is empty.',
    example: "{{ 'a' ~ 1 ~ null }}",
    result: 'a1',
  },
  '..': {
    precedence: 120,
    description: 'All numbers or letters from the left to the right.',
    example: "{{ 1..3 }} {{ 'a'..'c' }}",
    result: '[1,2,3] ["a","b","c"]',
  },
  '??': {
    precedence: 120,
    laterPrecedence: 30,
    description: 'The right side where the left is null or missing.',
    example: "{{ missing ?? 'none' }}",
    result: 'none',
  },
  '???': {
    precedence: 120,
    laterPrecedence: 30,
    description: 'The right side where the left is missing; null stays.',
    example: "{{ missing ??? 'none' }}",
    result: 'none',
  },
  isIn: {
    precedence: 120,
    laterPrecedence: 30,
    description: 'Whether a list has the left side as an item, or a map as a key.',
    example: "{{ 'a' isIn ['a', 'b'] }}",
    result: 'true',
  },
};

/** Binds tighter than every operator of two operands: `-1 | abs` is `(-1) | abs`. */
export const UNARY_PRECEDENCE = 500;

/** Operators before one operand. */
export const UNARY_OPERATORS: Readonly<Record<string, Omit<BinaryOperator, 'precedence'>>> = {
  not: {
    description: 'The opposite. Binds tighter than `is`: write `not (x is odd)` or `x is not odd`.',
    example: '{{ not true }}',
    result: 'false',
  },
  '-': { description: 'The negative number.', example: '{{ -(2 + 3) }}', result: '-5' },
  '+': { description: 'The number as it is; a text is read as a number.', example: "{{ +'5' }}", result: '5' },
};

import { valueError } from '../expression-error.ts';

/** What numbers are written in when no pattern is given. */
export const DEFAULT_NUMBER_PATTERN = '#,##0.###';

/** A pattern, read: how many digits there must and may be, and what stands around them. */
interface NumberPattern {
  readonly prefix: string;
  readonly suffix: string;
  readonly negativePrefix: string;
  readonly negativeSuffix: string;
  readonly fewestWhole: number;
  readonly mostWhole: number;
  readonly fewestFraction: number;
  readonly mostFraction: number;
  /** Digits of a group; 0 for no groups. */
  readonly group: number;
  readonly multiplier: number;
  /** Fewest digits of the exponent; 0 for none. */
  readonly exponent: number;
  /** Whether the point is written even when nothing follows. */
  readonly alwaysPoint: boolean;
}

const LONGEST_PATTERN = 200;

/**
 * A number in a pattern of Java's `DecimalFormat`, halves rounded to the even digit.
 * @throws {ExpressionError} EXPRESSION_VALUE when it is no pattern.
 */
export function formatNumber(value: number | bigint, pattern: string, locale: string): string {
  const read = readPattern(pattern);
  const negative = value < 0 || Object.is(value, -0);
  const prefix = negative ? read.negativePrefix : read.prefix;
  const suffix = negative ? read.negativeSuffix : read.suffix;
  return (
    prefix + digitsOf(typeof value === 'bigint' ? (negative ? -value : value) : Math.abs(value), read, locale) + suffix
  );
}

function digitsOf(size: number | bigint, pattern: NumberPattern, locale: string): string {
  if (typeof size === 'number' && !Number.isFinite(size)) return Number.isNaN(size) ? 'NaN' : '∞';
  const scaled = typeof size === 'bigint' ? size * BigInt(pattern.multiplier) : size * pattern.multiplier;
  if (pattern.exponent > 0) return scientific(Number(scaled), pattern, locale);
  const digits = plainDigits(scaled, pattern, locale);
  return pattern.alwaysPoint && !digits.includes('.') ? `${digits}.` : digits;
}

function plainDigits(value: number | bigint, pattern: NumberPattern, locale: string): string {
  const { fewestWhole, fewestFraction, mostFraction, group } = pattern;
  const [digits = '', decimals = ''] = (typeof value === 'bigint' ? String(value) : rounded(value, mostFraction)).split(
    '.',
  );
  let fraction = decimals;
  while (fraction.length > fewestFraction && fraction.endsWith('0')) fraction = fraction.slice(0, -1);
  fraction = fraction.padEnd(fewestFraction, '0');
  let whole = digits.padStart(fewestWhole, '0');
  if (fewestWhole === 0 && whole === '0' && fraction !== '') whole = '';
  return grouped(whole, group, locale) + (fraction && separatorOf(locale, 'decimal') + fraction);
}

/** Decimals that no exact half goes beyond. */
const MOST_DECIMALS = 100;

/** So many decimals, rounded by the exact value of the double; an exact half to the even digit. */
function rounded(value: number, decimals: number): string {
  if (value >= 1e21) return BigInt(value).toString();
  const text = value.toFixed(Math.min(decimals, MOST_DECIMALS));
  const [whole = '', fraction = ''] = value.toFixed(MOST_DECIMALS).split('.');
  if (!/^50*$/.test(fraction.slice(decimals))) return text;
  const down = decimals === 0 ? whole : `${whole}.${fraction.slice(0, decimals)}`;
  return Number(down.at(-1)) % 2 === 0 ? down : text;
}

function grouped(whole: string, group: number, locale: string): string {
  if (group === 0) return whole;
  const separator = separatorOf(locale, 'group');
  const groups: string[] = [];
  for (let end = whole.length; end > 0; end -= group) groups.unshift(whole.slice(Math.max(0, end - group), end));
  return groups.join(separator);
}

const separators = new Map<string, string>();

/** The sign between groups, or before decimals, in a language. */
function separatorOf(locale: string, type: 'group' | 'decimal'): string {
  const key = `${locale}/${type}`;
  let sign = separators.get(key);
  if (sign === undefined) {
    const parts = new Intl.NumberFormat(locale, { minimumFractionDigits: 1 }).formatToParts(1_234_567.5);
    sign = parts.find((part) => part.type === type)?.value ?? (type === 'group' ? ',' : '.');
    separators.set(key, sign);
  }
  return sign;
}

function scientific(value: number, pattern: NumberPattern, locale: string): string {
  const step = pattern.mostWhole > pattern.fewestWhole && pattern.mostWhole > 1 ? pattern.mostWhole : 1;
  const magnitude = value === 0 ? 0 : Math.floor(Math.log10(value));
  const exponent = step > 1 ? Math.floor(magnitude / step) * step : magnitude - Math.max(0, pattern.fewestWhole - 1);
  const digits = plainDigits(
    value / 10 ** exponent,
    { ...pattern, group: 0, fewestWhole: step > 1 ? 1 : pattern.fewestWhole },
    locale,
  );
  const sign = exponent < 0 ? '-' : '';
  return `${digits}E${sign}${String(Math.abs(exponent)).padStart(pattern.exponent, '0')}`;
}

function readPattern(pattern: string): NumberPattern {
  if (pattern.length > LONGEST_PATTERN) throw malformed(pattern);
  const [positive, negative] = splitOutsideQuotes(pattern, ';');
  const read = readSubpattern(positive ?? '', pattern);
  const other = negative === undefined ? undefined : readSubpattern(negative, pattern);
  return {
    ...read,
    negativePrefix: other ? other.prefix : `-${read.prefix}`,
    negativeSuffix: other ? other.suffix : read.suffix,
  };
}

function readSubpattern(text: string, pattern: string): Omit<NumberPattern, 'negativePrefix' | 'negativeSuffix'> {
  const literals = quotedLiterals(text);
  const start = literals.findIndex(({ character, quoted }) => !quoted && /[#0,.]/.test(character));
  const from = start === -1 ? literals.length : start;
  let to = from;
  while (to < literals.length && !literals[to]?.quoted && /[#0,.E]/.test(literals[to]?.character ?? '')) to++;
  const number = literals
    .slice(from, to)
    .map(({ character }) => character)
    .join('');
  const before = literals.slice(0, from);
  const after = literals.slice(to);
  if (after.some(({ character, quoted }) => !quoted && /[#0.,]/.test(character))) throw malformed(pattern);
  const [mantissa = '', exponent] = number.split('E');
  const [whole = '', fraction = '', ...more] = mantissa.split('.');
  if (more.length > 0 || !/^[#,]*[0,]*$/.test(whole) || !/^0*#*$/.test(fraction)) throw malformed(pattern);
  if (exponent !== undefined && !/^0+$/.test(exponent)) throw malformed(pattern);
  const comma = whole.lastIndexOf(',');
  const noZero = !mantissa.includes('0');
  // A pattern without any 0 still writes one digit: `#.##` of 0.5 is 0.5, `.##` is .5
  const impliedZero = noZero && exponent === undefined && (whole !== '' || fraction === '');
  return {
    prefix: affix(before),
    suffix: affix(after),
    fewestWhole: count(whole, '0') || (impliedZero ? 1 : 0),
    mostWhole: count(whole, '0') + count(whole, '#'),
    fewestFraction: count(fraction, '0') || (noZero && whole === '' && fraction !== '' ? 1 : 0),
    mostFraction: fraction.length,
    group: comma === -1 ? 0 : whole.length - comma - 1,
    multiplier: multiplierOf([...before, ...after]),
    exponent: exponent?.length ?? 0,
    alwaysPoint: mantissa.endsWith('.'),
  };
}

interface Literal {
  readonly character: string;
  readonly quoted: boolean;
}

/** The characters of a pattern, without the quotes that take their meaning away. */
function quotedLiterals(text: string): Literal[] {
  const literals: Literal[] = [];
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index] ?? '';
    if (character === "'" && text[index + 1] === "'") literals.push({ character: text[++index] ?? '', quoted: true });
    else if (character === "'") quoted = !quoted;
    else literals.push({ character, quoted });
  }
  return literals;
}

function splitOutsideQuotes(text: string, sign: string): string[] {
  const parts = [''];
  let quoted = false;
  for (const character of text) {
    if (character === "'") quoted = !quoted;
    if (character === sign && !quoted) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts;
}

function affix(literals: readonly Literal[]): string {
  return literals.map(({ character, quoted }) => (character === '¤' && !quoted ? '$' : character)).join('');
}

function multiplierOf(literals: readonly Literal[]): number {
  const has = (sign: string): boolean => literals.some(({ character, quoted }) => !quoted && character === sign);
  if (has('%')) return 100;
  return has('‰') ? 1000 : 1;
}

function count(text: string, sign: string): number {
  return text.split(sign).length - 1;
}

function malformed(pattern: string): Error {
  return valueError(`"${pattern.slice(0, 80)}" is not a number pattern`, {
    hint: 'Patterns look like #,##0.00 or 0.0%.',
  });
}

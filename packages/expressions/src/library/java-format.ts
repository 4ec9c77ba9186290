import type { Budget } from '../budget.ts';
import { valueError } from '../expression-error.ts';
import type { Value } from '../json.ts';
import { numberOf } from '../values/number.ts';
import { joinedText, kindOf } from '../values/print.ts';
import { roundedDigits } from '../numbers/rounding.ts';

const SPECIFIER = /%(?:(\d+)\$)?([-#+ 0,(]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/g;
/** Widths and precisions beyond this are a mistake or an attack. */
const WIDEST = 10_000;
const DEFAULT_PRECISION = 6;

/** One `%…` of a format. */
interface Specifier {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly conversion: string;
}

/** Fills a format of Java's `String.format`; `%s %S %b %c %d %x %X %o %f %e %E %n %%` are known. */
export function formatted(format: string, args: readonly (Value | undefined)[], budget: Budget): string {
  let next = 0;
  return format.replace(SPECIFIER, (text, position, flags: string, width, precision, conversion: string) => {
    if (conversion === 'n') return '\n';
    const specifier: Specifier = {
      flags,
      width: width === undefined ? 0 : Number(width),
      precision: precision === undefined ? undefined : Number(precision),
      conversion,
    };
    if (specifier.width > WIDEST || (specifier.precision ?? 0) > WIDEST) throw valueError(`"${text}" is too wide`);
    budget.grow(specifier.width);
    if (conversion === '%') return padded('%', specifier);
    const argument = args[position === undefined ? next++ : Number(position) - 1];
    if (argument === undefined) throw valueError(`No argument is left for "${text}"`);
    return padded(converted(argument, specifier, budget), specifier);
  });
}

function padded(text: string, { flags, width }: Specifier): string {
  if (flags.includes('-')) return text.padEnd(width);
  if (!flags.includes('0')) return text.padStart(width);
  const sign = /^[-+ ]/.exec(text)?.[0] ?? '';
  return sign + text.slice(sign.length).padStart(width - sign.length, '0');
}

function converted(value: Value, specifier: Specifier, budget: Budget): string {
  const { conversion, precision } = specifier;
  const kind = conversion.toLowerCase();
  let text: string;
  if (kind === 's') text = joinedText(value, budget).slice(0, precision);
  else if (kind === 'b') text = String(value !== null && value !== false);
  else if (value === null) text = 'null';
  else if (kind === 'c') text = String.fromCodePoint(Number(wholeOf(value, conversion)));
  else if (kind === 'd') text = signed(String(wholeOf(value, conversion)), specifier);
  else if (kind === 'x' || kind === 'o')
    text = BigInt.asUintN(64, wholeOf(value, conversion)).toString(kind === 'x' ? 16 : 8);
  else if (kind === 'f')
    text = signed(roundedDigits(realOf(value, conversion), precision ?? DEFAULT_PRECISION), specifier);
  else if (kind === 'e')
    text = signed(scientific(realOf(value, conversion), precision ?? DEFAULT_PRECISION), specifier);
  else throw valueError(`"%${conversion}" is not known`, { hint: 'Use %s, %d, %f, %e, %x, %o, %b, %c, %n or %%.' });
  return conversion === kind ? text : text.toUpperCase();
}

function signed(digits: string, { flags }: Specifier): string {
  const negative = digits.startsWith('-');
  let text = negative ? digits.slice(1) : digits;
  if (flags.includes(',')) text = text.replace(/\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ','));
  if (negative) return flags.includes('(') ? `(${text})` : `-${text}`;
  if (flags.includes('+')) return `+${text}`;
  return flags.includes(' ') ? ` ${text}` : text;
}

function scientific(value: number, precision: number): string {
  const [mantissa = '', exponent = ''] = value.toExponential(Math.min(precision, 100)).split('e');
  return `${mantissa}e${exponent.slice(0, 1)}${exponent.slice(1).padStart(2, '0')}`;
}

function wholeOf(value: Value, conversion: string): bigint {
  if (typeof value === 'bigint') return value;
  const number = numberOf(value);
  if (number === undefined || !Number.isInteger(number))
    throw valueError(`"%${conversion}" needs a whole number, found ${kindOf(value)}`);
  return BigInt(number);
}

function realOf(value: Value, conversion: string): number {
  const number = numberOf(value);
  if (number === undefined) throw valueError(`"%${conversion}" needs a number, found ${kindOf(value)}`);
  return number;
}

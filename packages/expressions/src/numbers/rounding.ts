/** Digits with so many decimals, halves away from zero as they are written: 1.005 gives 1.01, as `%.2f` does in Java. */
export function roundedDigits(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return String(value);
  const [whole = '0', fraction = ''] = plainDigits(Math.abs(value)).split('.');
  const scaled = BigInt(whole + fraction.slice(0, decimals).padEnd(decimals, '0'));
  const up = (fraction[decimals] ?? '0') >= '5' ? 1n : 0n;
  const digits = String(scaled + up).padStart(decimals + 1, '0');
  const sign = value < 0 ? '-' : '';
  return sign + (decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`);
}

/** The shortest digits of a number, without an exponent. */
function plainDigits(value: number): string {
  const text = String(value);
  const [mantissa = '', exponent] = text.split('e');
  if (exponent === undefined) return text;
  const [whole = '', fraction = ''] = mantissa.split('.');
  const shift = Number(exponent);
  if (shift < 0) return `0.${'0'.repeat(-shift - 1)}${whole}${fraction}`;
  return whole + fraction.padEnd(shift, '0');
}

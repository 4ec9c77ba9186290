const NULL = /^(?:~|null|Null|NULL|)$/;
const TRUE = /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const FALSE = /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const INTEGER = /^[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0[0-7_]+|0|[1-9][0-9_]*)$/;
const FLOAT =
  /^[-+]?(?:[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[0-9][0-9_]*[eE][-+]?[0-9]+|\.[0-9][0-9_]*(?:[eE][-+]?[0-9]+)?)$/;

/**
 * The value of an unquoted scalar, as Kestra's YAML 1.1 reader takes it: `yes` and `off` are booleans, `010` is 8,
 * `1_000` is 1000; dates and times (also `12:30:45`) stay text, and so do infinities, which JSON does not know.
 */
export function plainScalar(text: string): null | boolean | number | string {
  if (NULL.test(text)) return null;
  if (TRUE.test(text)) return true;
  if (FALSE.test(text)) return false;
  if (INTEGER.test(text)) return integer(text);
  if (FLOAT.test(text)) return Number(text.replaceAll('_', ''));
  return text;
}

function integer(text: string): number {
  const digits = text.replaceAll('_', '').replace(/^[-+]/, '');
  const sign = text.startsWith('-') ? -1 : 1;
  if (/^0[bx]/.test(digits)) return sign * Number(digits);
  return sign * Number(digits.length > 1 && digits.startsWith('0') ? `0o${digits.slice(1)}` : digits);
}

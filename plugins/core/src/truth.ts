import type { Json } from '@tutti/plugin-sdk';

const FALSY = new Set(['', 'false', '0', '-0']);

/** Whether a rendered condition holds: all but the empty text, `false`, `0` and `-0` does, as for If and `runIf`. */
export const isTruthy = (rendered: Json): boolean =>
  rendered !== null && (typeof rendered === 'object' || !FALSY.has(String(rendered).trim()));

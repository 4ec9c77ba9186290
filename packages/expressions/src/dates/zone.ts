import { valueError } from '../expression-error.ts';

/** A time zone: a fixed offset from UTC, or one that changes with the rules of a region. */
export interface Zone {
  /** As it prints: `Europe/Paris`, `+02:00`, `Z`. */
  readonly id: string;
  /** Seconds east of UTC at an instant, Unix seconds. */
  offsetAt(epochSeconds: number): number;
  /** Whether it is a bare offset, without a region. */
  readonly fixed: boolean;
}

const QUARTER_HOUR = 900;
/** Offsets kept per zone; they change on quarter hours only. */
const KEPT_OFFSETS = 2_000;
const KEPT_ZONES = 700;

const zones = new Map<string, Zone>();

/** @throws {ExpressionError} EXPRESSION_VALUE for a zone nobody knows. */
export function zoneOf(name: string): Zone {
  const known = zones.get(name);
  if (known) return known;
  const zone = fixedZone(name) ?? regionZone(name);
  if (zones.size < KEPT_ZONES) zones.set(name, zone);
  return zone;
}

/** The zone of an offset in seconds. */
export function offsetZone(offset: number): Zone {
  return { id: offsetText(offset), fixed: true, offsetAt: () => offset };
}

/** `Z`, `+02:00`, `-05:30`, with seconds only where there are some. */
export function offsetText(offset: number): string {
  if (offset === 0) return 'Z';
  const size = Math.abs(offset);
  const parts = [Math.floor(size / 3600), Math.floor(size / 60) % 60, size % 60].map((part) =>
    String(part).padStart(2, '0'),
  );
  return (offset < 0 ? '-' : '+') + (size % 60 === 0 ? parts.slice(0, 2) : parts).join(':');
}

/** Seconds of `Z`, `+2`, `+02`, `+0200`, `+02:00` or `+02:00:00`; `undefined` for anything else. */
export function parseOffset(text: string): number | undefined {
  if (text === 'Z' || text === 'z') return 0;
  const match = /^([+-])(\d{1,2})(?::?(\d\d)(?::?(\d\d))?)?$/.exec(text);
  if (!match) return undefined;
  const [, sign, hours, minutes = '0', seconds = '0'] = match;
  const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  if (size > 18 * 3600 || Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  return sign === '-' ? -size : size;
}

function fixedZone(name: string): Zone | undefined {
  const prefix = /^(UTC|GMT|UT)(?=[+-]|$)/.exec(name)?.[0] ?? '';
  if (prefix && name === prefix) return { id: name, fixed: false, offsetAt: () => 0 };
  const offset = parseOffset(name.slice(prefix.length));
  if (offset === undefined) return undefined;
  return {
    id: prefix + (prefix && offset === 0 ? '' : offsetText(offset)),
    fixed: prefix === '',
    offsetAt: () => offset,
  };
}

function regionZone(name: string): Zone {
  if (!/^[A-Za-z][\w+-]*(\/[\w+-]+)*$/.test(name)) throw unknownZone(name);
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  } catch (cause) {
    throw unknownZone(name, cause);
  }
  const offsets = new Map<number, number>();
  return {
    id: name,
    fixed: false,
    offsetAt(epochSeconds) {
      const slot = Math.floor(epochSeconds / QUARTER_HOUR);
      const known = offsets.get(slot);
      if (known !== undefined) return known;
      const offset = offsetBy(format, slot * QUARTER_HOUR);
      if (offsets.size >= KEPT_OFFSETS) offsets.clear();
      offsets.set(slot, offset);
      return offset;
    },
  };
}

function offsetBy(format: Intl.DateTimeFormat, epochSeconds: number): number {
  const name = format.formatToParts(epochSeconds * 1000).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
  return parseOffset(name.slice('GMT'.length) || 'Z') ?? 0;
}

function unknownZone(name: string, cause?: unknown): Error {
  return valueError(`Unknown time zone "${name.slice(0, 80)}"`, {
    hint: 'Zones look like Europe/Paris, UTC or +02:00.',
    cause,
  });
}

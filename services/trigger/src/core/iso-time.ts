import type { TimeZone } from './time-zone.ts';

/** A time with what clocks show then and there. */
export interface LocalTime {
  readonly atMs: number;
  /** Read it with the UTC functions of `Date`. */
  readonly wall: Date;
}

const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?))?(Z|[+-]\d{2}(?::?\d{2})?)?(?:\[[^\]]+\])?$/;
const TIME = /^(\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/;

/** Reads an ISO-8601 date and time; one without an offset is meant in the zone. `undefined` when it is none. */
export function parseTime(text: string, zone: TimeZone): LocalTime | undefined {
  const [, date, time = '00:00', offset] = ISO.exec(text.trim()) ?? [];
  const wallMs = date === undefined ? Number.NaN : Date.parse(`${date}T${time}Z`);
  if (Number.isNaN(wallMs)) return undefined;
  const atMs = wallMs - (offset === undefined ? offsetOfWall(wallMs, zone) : parseOffset(offset));
  return { atMs, wall: new Date(wallMs) };
}

/** ISO-8601 with the offset of the zone, seconds at least: `2025-01-01T08:00:00+01:00`. */
export function formatTime(atMs: number, zone: TimeZone): string {
  const offsetMs = zone.offsetAt(atMs);
  const wall = new Date(atMs + offsetMs).toISOString().replace(/(\.000)?Z$/, '');
  return wall + formatOffset(offsetMs / 60_000);
}

/** Reads a time of day, `08:30`, `08:30:00` or `08:30:00+01:00`: ms since midnight, and the offset when it has one. */
export function parseTimeOfDay(text: string): { readonly ms: number; readonly offsetMs?: number } | undefined {
  const [whole, hours, minutes, seconds = '0', offset] = TIME.exec(text.trim()) ?? [];
  if (whole === undefined) return undefined;
  const ms = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  return offset === undefined ? { ms } : { ms, offsetMs: parseOffset(offset) };
}

/** Where clocks skip this time, the offset before the change; where they show it twice, that of the first time. */
function offsetOfWall(wallMs: number, zone: TimeZone): number {
  const before = zone.offsetAt(wallMs - 86_400_000);
  const guess = zone.offsetAt(wallMs - before);
  return guess > before && zone.offsetAt(wallMs - guess) === before ? before : guess;
}

function parseOffset(text: string): number {
  if (text === 'Z') return 0;
  const [, sign, hours, minutes = '0'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(text) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

function formatOffset(minutes: number): string {
  if (minutes === 0) return 'Z';
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`;
}

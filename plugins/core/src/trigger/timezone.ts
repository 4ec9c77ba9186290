import { s } from '@tutti/plugin-sdk';

/** A time zone of the IANA database, or an offset such as `+02:00`. */
export const timezone = () =>
  s.string().refine(isTimezone, { error: 'is no time zone; write one such as Europe/Paris or UTC' });

function isTimezone(name: string): boolean {
  if (/\{[{%]/.test(name)) return true;
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

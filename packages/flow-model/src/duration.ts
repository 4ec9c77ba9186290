const ISO_DURATION =
  /^([+-])?P(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/i;
const UNIT_MS = [604_800_000, 86_400_000, 3_600_000, 60_000, 1_000];

/** An ISO-8601 duration of weeks to seconds (`P1DT2H`, `PT0.5S`) in ms; `undefined` when the text is none. */
export function parseDuration(text: string): number | undefined {
  const match = ISO_DURATION.exec(text.trim());
  if (!match) return undefined;
  const parts = match.slice(2);
  if (parts.every((part) => part === undefined)) return undefined;
  const ms = parts.reduce((sum, part, index) => sum + Number(part ?? 0) * UNIT_MS[index]!, 0);
  return match[1] === '-' ? -ms : ms;
}

/** RFC 3339 in UTC. */
export const isoDate = (atMs: number): string => new Date(atMs).toISOString();

/** ISO 8601 with hours, minutes and seconds: `PT1H2M3.5S`. */
export function isoDuration(durationMs: number): string {
  const totalSeconds = Math.max(durationMs, 0) / 1000;
  const hours = Math.floor(totalSeconds / 3600);
  const minutes = Math.floor((totalSeconds % 3600) / 60);
  const seconds = Number((totalSeconds % 60).toFixed(3));
  const parts = [hours > 0 && `${hours}H`, minutes > 0 && `${minutes}M`, seconds > 0 && `${seconds}S`].filter(Boolean);
  return parts.length > 0 ? `PT${parts.join('')}` : 'PT0S';
}

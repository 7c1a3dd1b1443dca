/**
 * `2026-01-02 12:05:00` on the shop's wall.
 * @param atMs epoch milliseconds
 * @param utcOffsetMinutes of the shop; 480 in China
 */
export function localTimeText(atMs: number, utcOffsetMinutes: number): string {
  // Shifted and read as UTC, so that neither the host's zone nor its locale matters.
  return new Date(atMs + utcOffsetMinutes * 60_000).toISOString().slice(0, 19).replace('T', ' ');
}

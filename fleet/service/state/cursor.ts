/** A place in a sorted list, as opaque text. */
export function cursorOf(place: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(place), 'utf8').toString('base64url');
}

/** Null for a text that is no place of `length` values. */
export function readCursor(cursor: string, length: number): (string | number)[] | null {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (!Array.isArray(place) || place.length !== length) return null;
    const isValue = (value: unknown): value is string | number =>
      typeof value === 'string' || typeof value === 'number';
    return place.every(isValue) ? place : null;
  } catch {
    return null;
  }
}

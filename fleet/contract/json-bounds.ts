/** Nesting that any message of the contract may have. */
export const JSON_DEPTH_MAX = 24;

/**
 * What in a parsed JSON value no store or reader could keep as it is: nesting without end, numbers that overflowed to infinity, zero
 * characters and lone surrogates (PostgreSQL's jsonb refuses both). Null when there is nothing wrong.
 */
export function jsonProblem(value: unknown, depthMax = JSON_DEPTH_MAX): string | null {
  if (typeof value === 'string') return textProblem(value);
  if (typeof value === 'number') return Number.isFinite(value) ? null : 'a number is too large';
  if (typeof value !== 'object' || value === null) return null;
  if (depthMax <= 0) return `it is nested deeper than ${JSON_DEPTH_MAX}`;
  for (const [key, item] of Object.entries(value)) {
    const problem = textProblem(key) ?? jsonProblem(item, depthMax - 1);
    if (problem !== null) return problem;
  }
  return null;
}

function textProblem(text: string): string | null {
  if (text.includes('\0')) return 'a text holds a zero character';
  return text.isWellFormed() ? null : 'a text holds half of a surrogate pair';
}

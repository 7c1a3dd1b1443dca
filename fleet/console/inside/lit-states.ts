/** The states that a state value names, with those around them: ids as in the charts, the root as the empty one. */
export function litStates(value: unknown): ReadonlySet<string> {
  const lit = new Set<string>(['']);
  visit(value, '', lit);
  return lit;
}

function visit(value: unknown, around: string, lit: Set<string>): void {
  const within = (key: string): string => (around === '' ? key : `${around}.${key}`);
  if (typeof value === 'string') lit.add(within(value));
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    lit.add(within(key));
    visit(inner, within(key), lit);
  }
}

/** A state value in one line: `inWindow › querying`, regions side by side. */
export function stateWords(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  const parts = Object.entries(value).map(([key, inner]) => {
    const rest = stateWords(inner);
    return rest === '' ? key : `${key} › ${rest}`;
  });
  return parts.join(' · ');
}

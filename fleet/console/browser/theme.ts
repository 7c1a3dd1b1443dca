/** Whether the console is light or dark. */
export type Theme = 'light' | 'dark';
const KEPT = 'till.console.theme';

/** The reader's choice; without one what the system prefers. */
export function firstTheme(): Theme {
  const kept = localStorage.getItem(KEPT);
  if (kept === 'light' || kept === 'dark') return kept;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

/** Shows the page in a theme: the styles look at `data-theme`. */
export function wearTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
}

/** Remembers the reader's choice in this browser. */
export function keepTheme(theme: Theme): void {
  localStorage.setItem(KEPT, theme);
}

import { PATHS } from '../paths.ts';

const PLACES: Readonly<Record<string, string>> = {
  ...{ o: PATHS.overview, t: PATHS.terminals, a: PATHS.alerts, c: PATHS.configuration },
  ...{ l: PATHS.audit, k: PATHS.tokens, b: PATHS.bundle },
};

/** Whether the key is text for a field rather than a shortcut. */
export function isTyping(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return true;
  const place = event.target instanceof Element ? event.target : null;
  return place?.closest('input, textarea, select, [contenteditable], dialog') != null;
}

/** `/` search, `?` help, `g` and a letter to go somewhere. @returns stops listening */
export function listenForShortcuts(on: { readonly go: (path: string) => void; readonly help: () => void }): () => void {
  let wantsPlace = false;
  const press = (event: KeyboardEvent): void => {
    if (isTyping(event)) return;
    const place = wantsPlace ? PLACES[event.key] : undefined;
    wantsPlace = event.key === 'g' && !wantsPlace;
    if (place !== undefined) on.go(place);
    else if (event.key === '?') on.help();
    else if (event.key === '/') search(event, on.go);
  };
  addEventListener('keydown', press);
  return () => removeEventListener('keydown', press);
}

function search(event: KeyboardEvent, go: (path: string) => void): void {
  event.preventDefault();
  const field = document.querySelector<HTMLInputElement>('input[type="search"]');
  if (field === null) return go(PATHS.terminals);
  field.focus();
  field.select();
}

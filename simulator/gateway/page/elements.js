import { state, word } from './state.js';

const shown = new Map();
let noticeTimer = 0;

export const at = (id) => document.getElementById(id);

/** An element: attributes, then children; strings become text, never markup. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'onclick' || name === 'onchange') element[name] = value;
    else if (value !== undefined && value !== null) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export const yuan = (fen) => (fen / 100).toFixed(2);
export const clock = (ms) => new Date(ms).toLocaleTimeString('en-GB');
export const picture = (svg) => `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`;

export function notice(text) {
  at('notice').textContent = text;
  at('notice').hidden = text === '';
  clearTimeout(noticeTimer);
  if (text !== '') noticeTimer = setTimeout(() => notice(''), 4000);
}

export async function call(method, path, body) {
  const headers = body === undefined ? {} : { 'content-type': 'application/json' };
  const response = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

/** Runs an action of the visitor and shows at once what became of it. */
export async function act(work) {
  try {
    await work();
    await state.refresh();
  } catch (error) {
    notice(error.message);
  }
}

/** Rebuilds a part only when what it shows has changed, and keeps the keyboard's place in it. */
export function draw(id, facts, build) {
  const key = JSON.stringify([state.language, facts]);
  if (shown.get(id) === key) return;
  shown.set(id, key);
  const place = at(id);
  const focused = place.contains(document.activeElement) ? document.activeElement.getAttribute('data-key') : null;
  const scrolled = place.scrollTop;
  place.replaceChildren(...[build()].flat());
  place.scrollTop = scrolled;
  if (focused !== null) place.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

export function table(heads, rows) {
  const head = make(
    'tr',
    {},
    ...heads.map((name) => make('th', { scope: 'col', class: name === 'amount' ? 'amount' : null }, word(name))),
  );
  return make('table', {}, make('thead', {}, head), make('tbody', {}, ...rows));
}

export const empty = (key) => make('p', { class: 'empty' }, word(key));

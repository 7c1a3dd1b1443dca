import { drawCodes, drawControls, drawScripts } from './controls.js';
import { act, at, call, make, notice, picture } from './elements.js';
import { state, word } from './state.js';
import { drawTruth } from './truth.js';

const POLL_MS = 1000;

function drawWords() {
  document.documentElement.lang = state.language === 'en' ? 'en' : 'zh-CN';
  document.title = word('title');
  for (const element of document.querySelectorAll('[data-word]')) element.textContent = word(element.dataset.word);
  at('language').textContent = word('language');
  at('qr-picture').alt = word('qrAlt');
  drawScripts();
  drawCodes();
  if (state.book !== null) {
    drawTruth();
    drawControls();
  }
}

async function refresh() {
  state.book = await call('GET', '/book?limit=100');
  drawTruth();
  drawControls();
}

async function newQr(expired) {
  const made = await call('POST', '/settings', {
    domain: Number(at('qr-domain').value),
    release: at('qr-release').checked,
    expired,
  });
  state.qrExpiresMs = made.expiresMs;
  at('qr-picture').src = picture(made.svg);
  at('qr-text').textContent = made.qr;
  at('qr').hidden = false;
}

async function newCodes() {
  state.codes = await call('GET', '/codes?pictures=1');
  drawCodes();
}

async function poll() {
  try {
    await refresh();
    if (at('notice').textContent === word('offline')) notice('');
  } catch {
    notice(word('offline'));
  }
  setTimeout(poll, POLL_MS);
}

state.refresh = refresh;
at('language').onclick = () => {
  state.language = state.language === 'en' ? 'zh' : 'en';
  localStorage.setItem('language', state.language);
  drawWords();
};
at('qr-new').onclick = () => act(() => newQr(false));
at('qr-expired').onclick = () => act(() => newQr(true));
at('codes-new').onclick = () => act(newCodes);
at('script-find').oninput = drawScripts;
drawWords();
[state.gateway, state.scripts] = await Promise.all([call('GET', '/gateway'), call('GET', '/scripts')]);
at('qr-domain').replaceChildren(
  ...state.gateway.domains.map((domain, index) => make('option', { value: index }, domain)),
);
drawScripts();
await act(newCodes);
await act(() => newQr(false));
await poll();

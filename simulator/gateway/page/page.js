import { wordsOf } from './words.js';

const POLL_MS = 1000;
const SETTING_CHOICES = {
  profile: ['mixed', 'since2018', 'until2018'],
  wechatRefundState: ['any-refund', 'full-refund'],
  configurationShape: ['nested', 'flat'],
  detailSize: ['realistic', 'huge'],
};
const LATENCIES = [
  { kind: 'fixed', ms: 0 },
  { kind: 'lognormal', p50Ms: 150, p99Ms: 900 },
  { kind: 'fixed', ms: 1000 },
  { kind: 'uniform', fromMs: 500, toMs: 8000 },
];
const CONDITIONS = ['up', 'refuse', 'stall', 'tls10', 'foreign-certificate', 'expired-certificate', 'untrusted-ca'];
const GOOD = new Set(['paid', 'part-refunded', 'refunded', 'finished']);
const WAITING = new Set(['waiting', 'initial', 'missing']);

let language = localStorage.getItem('language') === 'en' ? 'en' : 'zh';
let word = wordsOf(language);
let book = null;
let scripts = [];
let codes = [];
let gateway = { domains: [] };
let qrExpiresMs = null;
let noticeTimer = 0;
const shown = new Map();

const at = (id) => document.getElementById(id);

/** An element: attributes, then children; strings become text, never markup. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'onclick' || name === 'onchange') element[name] = value;
    else if (value !== undefined && value !== null) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const yuan = (fen) => (fen / 100).toFixed(2);
const clock = (ms) => new Date(ms).toLocaleTimeString('en-GB');
const picture = (svg) => `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`;

function notice(text) {
  at('notice').textContent = text;
  at('notice').hidden = text === '';
  clearTimeout(noticeTimer);
  if (text !== '') noticeTimer = setTimeout(() => notice(''), 4000);
}

async function call(method, path, body) {
  const headers = body === undefined ? {} : { 'content-type': 'application/json' };
  const response = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

/** Runs an action of the visitor and shows at once what became of it. */
async function act(work) {
  try {
    await work();
    await refresh();
  } catch (error) {
    notice(error.message);
  }
}

/** Rebuilds a part only when what it shows has changed, and keeps the keyboard's place in it. */
function draw(id, facts, build) {
  const key = JSON.stringify([language, facts]);
  if (shown.get(id) === key) return;
  shown.set(id, key);
  const place = at(id);
  const focused = place.contains(document.activeElement) ? document.activeElement.getAttribute('data-key') : null;
  const scrolled = place.scrollTop;
  place.replaceChildren(...[build()].flat());
  place.scrollTop = scrolled;
  if (focused !== null) place.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

function table(heads, rows) {
  const head = make(
    'tr',
    {},
    ...heads.map((name) => make('th', { scope: 'col', class: name === 'amount' ? 'amount' : null }, word(name))),
  );
  return make('table', {}, make('thead', {}, head), make('tbody', {}, ...rows));
}

const empty = (key) => make('p', { class: 'empty' }, word(key));

function requestsText(number) {
  const counts = book.requests[number] ?? {};
  return Object.entries(counts)
    .map(([name, count]) => `${name} ×${count}`)
    .join(', ');
}

function orderRow(order) {
  const tone = GOOD.has(order.phase) ? 'good' : WAITING.has(order.phase) ? 'wait' : 'bad';
  const refunded =
    order.refundedFen > 0 ? make('small', {}, `${word('refundedPart')}${yuan(order.refundedFen)}`) : null;
  const buttons = WAITING.has(order.phase)
    ? [
        make(
          'button',
          {
            class: 'small',
            type: 'button',
            'data-key': `pay-${order.number}`,
            onclick: () => act(() => call('POST', `/orders/${order.number}/pay`, {})),
          },
          word('pay'),
        ),
        ' ',
        make(
          'button',
          {
            class: 'small quiet',
            type: 'button',
            'data-key': `stop-${order.number}`,
            onclick: () => act(() => call('POST', `/orders/${order.number}/close`, {})),
          },
          word('stop'),
        ),
      ]
    : [];
  return make(
    'tr',
    {},
    make(
      'td',
      { class: 'number' },
      order.number,
      make('small', {}, `${clock(order.createdMs)}  ${order.deviceId ?? ''}  ${order.staffId ?? ''}`),
    ),
    make('td', { class: order.platform }, word(order.platform)),
    make('td', { class: 'amount' }, yuan(order.totalFen), refunded),
    make('td', { class: `phase ${tone}` }, word(`phase.${order.phase}`)),
    make('td', { class: order.charges > 1 ? 'bad' : null, 'data-label': word('charges') }, String(order.charges)),
    make(
      'td',
      {},
      make('small', {}, requestsText(order.number)),
      order.script === null ? null : make('small', { class: 'wait' }, order.script),
    ),
    make('td', {}, ...buttons),
  );
}

function refundRow(refund) {
  return make(
    'tr',
    {},
    make('td', { class: 'number' }, refund.number, make('small', {}, `${clock(refund.createdMs)}  → ${refund.order}`)),
    make('td', { class: refund.platform }, word(refund.platform)),
    make('td', { class: 'amount' }, yuan(refund.refundFen)),
    make(
      'td',
      { class: `phase ${refund.state === 2 ? 'good' : refund.state === 3 || refund.state === 5 ? 'bad' : 'wait'}` },
      word(`refund.${refund.state}`),
    ),
    make('td', {}, make('small', {}, requestsText(refund.number))),
  );
}

function logRow(entry) {
  const status =
    entry.status === null ? '' : `${entry.status}${entry.internalStatus ? ` / ${entry.internalStatus}` : ''}`;
  return make(
    'tr',
    {},
    make('td', { class: 'number' }, clock(entry.atMs)),
    make('td', { 'data-label': word('domain') }, String(entry.host)),
    make('td', {}, entry.interface, make('small', {}, entry.number ?? '')),
    make('td', {}, status),
    make('td', { class: 'wait' }, entry.strike ?? ''),
  );
}

function drawTruth() {
  const { orders, refunds, log } = book;
  const { orders: count, chargedFen, refundedFen, chargedTwice: twice } = book.totals;
  const totals = [
    ['totalOrders', count, ''],
    ['totalCharged', yuan(chargedFen), ''],
    ['totalRefunded', yuan(refundedFen), ''],
    ['totalTwice', twice, twice === 0 ? 'good' : 'bad'],
    ['totalTraps', book.traps.reverse, book.traps.reverse === 0 ? 'good' : 'bad'],
  ];
  draw('totals', totals, () =>
    totals.map(([key, value, tone]) =>
      make('div', {}, make('dt', {}, word(key)), make('dd', { class: tone }, String(value))),
    ),
  );
  draw('order-rows', [orders, book.requests], () =>
    orders.length === 0
      ? empty('noOrders')
      : table(['number', 'wallet', 'amount', 'state', 'charges', 'requests', 'customer'], orders.map(orderRow)),
  );
  draw('refund-rows', [refunds, book.requests], () =>
    refunds.length === 0
      ? empty('noRefunds')
      : table(['refundNumber', 'wallet', 'amount', 'state', 'requests'], refunds.map(refundRow)),
  );
  draw('log-rows', log, () =>
    log.length === 0
      ? empty('noLog')
      : table(['time', 'domain', 'interface', 'status', 'strike'], log.slice(0, 60).map(logRow)),
  );
}

const titleOf = (id) => {
  const script = scripts.find((one) => one.id === id);
  return script === undefined ? id : language === 'en' ? script.en : script.zh;
};

function armedRow(fault) {
  const scope = [fault.interface, fault.order, fault.host === null ? null : `#${fault.host}`, `×${fault.remaining}`];
  return make(
    'div',
    { class: 'armed' },
    make(
      'span',
      { class: 'what' },
      titleOf(fault.script),
      make('small', {}, word('armedFor') + scope.filter((part) => part !== null).join(' · ')),
    ),
    make(
      'button',
      {
        class: 'small quiet',
        type: 'button',
        'data-key': `disarm-${fault.id}`,
        onclick: () => act(() => call('DELETE', '/faults', { id: fault.id })),
      },
      word('disarm'),
    ),
  );
}

function hostRow(host) {
  const left = host.untilMs === null ? '' : ` · ${Math.max(0, Math.ceil((host.untilMs - book.nowMs) / 1000))} s`;
  const choice = make(
    'select',
    {
      'data-key': `host-${host.index}`,
      'aria-label': gateway.domains[host.index],
      onchange: (event) => act(() => call('POST', `/hosts/${host.index}`, { condition: event.target.value })),
    },
    ...CONDITIONS.map((name) =>
      make('option', { value: name, selected: name === host.condition ? '' : null }, word(`host.${name}`)),
    ),
  );
  return make(
    'div',
    { class: 'host' },
    make(
      'span',
      { class: `what ${host.condition === 'up' ? '' : 'bad'}` },
      gateway.domains[host.index] ?? '',
      make('small', {}, `${host.requests}${word('requestsCount')}${left}`),
    ),
    choice,
  );
}

function settingChoice(name, value, choices, change) {
  const select = make(
    'select',
    { 'data-key': name, onchange: (event) => act(() => change(event.target.value)) },
    ...choices.map((choice) =>
      make('option', { value: choice, selected: choice === value ? '' : null }, word(`${name}.${choice}`)),
    ),
  );
  return make('label', {}, make('span', {}, word(name)), select);
}

function drawControls() {
  draw('armed', [book.faults, scripts.length], () => book.faults.map(armedRow));
  draw('hosts', [book.hosts, gateway, book.hosts.some((host) => host.untilMs !== null) ? book.nowMs : 0], () =>
    book.hosts.map(hostRow),
  );
  const { settings } = book;
  const latency = LATENCIES.findIndex((one) => JSON.stringify(one) === JSON.stringify(settings.latency));
  draw('settings', settings, () => [
    ...Object.entries(SETTING_CHOICES).map(([name, choices]) =>
      settingChoice(name, settings[name], choices, (value) => call('POST', '/profile', { [name]: value })),
    ),
    settingChoice(
      'latency',
      latency < 0 ? 'custom' : String(latency),
      [...LATENCIES.map((_, index) => String(index)), ...(latency < 0 ? ['custom'] : [])],
      (value) => (value === 'custom' ? Promise.resolve() : call('POST', '/latency', LATENCIES[Number(value)])),
    ),
  ]);
  if (qrExpiresMs !== null) {
    const left = Math.ceil((qrExpiresMs - book.nowMs) / 1000);
    at('qr-left').textContent =
      left > 0 ? `${word('expiresIn')}${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}` : word('expired');
  }
}

function drawScripts() {
  const wanted = at('script-find').value.trim().toLowerCase();
  const found = scripts.filter((script) =>
    `${script.id} ${script.zh} ${script.en} ${script.amount}`.toLowerCase().includes(wanted),
  );
  draw('scripts', [found.map((script) => script.id)], () =>
    found.map((script) =>
      make(
        'li',
        {},
        make('span', { class: 'amount' }, script.amount),
        make('span', { class: 'what' }, titleOf(script.id), make('small', {}, script.id)),
        make(
          'button',
          {
            class: 'small quiet',
            type: 'button',
            'data-key': script.id,
            onclick: () =>
              act(() =>
                call('POST', '/faults', { script: script.id }).then(() =>
                  notice(word('armedDone') + titleOf(script.id)),
                ),
              ),
          },
          word('arm'),
        ),
      ),
    ),
  );
}

function drawCodes() {
  draw('codes', codes, () =>
    codes.map((code) =>
      make(
        'div',
        { class: 'code' },
        make('strong', { class: code.platform }, word(code.platform)),
        make('div', {}, word(`code.${code.kind}`) + (code.waitS > 0 ? ` (${code.waitS} s)` : '')),
        make('img', { src: picture(code.svg), alt: '' }),
        make('code', {}, code.code),
      ),
    ),
  );
}

function drawWords() {
  word = wordsOf(language);
  document.documentElement.lang = language === 'en' ? 'en' : 'zh-CN';
  document.title = word('title');
  for (const element of document.querySelectorAll('[data-word]')) element.textContent = word(element.dataset.word);
  at('language').textContent = word('language');
  at('qr-picture').alt = word('qrAlt');
  drawScripts();
  drawCodes();
  if (book !== null) {
    drawTruth();
    drawControls();
  }
}

async function refresh() {
  book = await call('GET', '/book?limit=100');
  drawTruth();
  drawControls();
}

async function newQr(expired) {
  const made = await call('POST', '/settings', {
    domain: Number(at('qr-domain').value),
    release: at('qr-release').checked,
    expired,
  });
  qrExpiresMs = made.expiresMs;
  at('qr-picture').src = picture(made.svg);
  at('qr-text').textContent = made.qr;
  at('qr').hidden = false;
}

async function newCodes() {
  codes = await call('GET', '/codes?pictures=1');
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

at('language').onclick = () => {
  language = language === 'en' ? 'zh' : 'en';
  localStorage.setItem('language', language);
  drawWords();
};
at('qr-new').onclick = () => act(() => newQr(false));
at('qr-expired').onclick = () => act(() => newQr(true));
at('codes-new').onclick = () => act(newCodes);
at('script-find').oninput = drawScripts;
drawWords();
[gateway, scripts] = await Promise.all([call('GET', '/gateway'), call('GET', '/scripts')]);
at('qr-domain').replaceChildren(...gateway.domains.map((domain, index) => make('option', { value: index }, domain)));
drawScripts();
await act(newCodes);
await act(() => newQr(false));
await poll();

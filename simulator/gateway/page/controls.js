import { act, at, call, draw, make, notice, picture } from './elements.js';
import { state, word } from './state.js';

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

const titleOf = (id) => {
  const script = state.scripts.find((one) => one.id === id);
  return script === undefined ? id : state.language === 'en' ? script.en : script.zh;
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
  const left = host.untilMs === null ? '' : ` · ${Math.max(0, Math.ceil((host.untilMs - state.book.nowMs) / 1000))} s`;
  const choice = make(
    'select',
    {
      'data-key': `host-${host.index}`,
      'aria-label': state.gateway.domains[host.index],
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
      state.gateway.domains[host.index] ?? '',
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

export function drawControls() {
  draw('armed', [state.book.faults, state.scripts.length], () => state.book.faults.map(armedRow));
  draw(
    'hosts',
    [state.book.hosts, state.gateway, state.book.hosts.some((host) => host.untilMs !== null) ? state.book.nowMs : 0],
    () => state.book.hosts.map(hostRow),
  );
  const { settings } = state.book;
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
  if (state.qrExpiresMs !== null) {
    const left = Math.ceil((state.qrExpiresMs - state.book.nowMs) / 1000);
    at('qr-left').textContent =
      left > 0 ? `${word('expiresIn')}${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}` : word('expired');
  }
}

export function drawScripts() {
  const wanted = at('script-find').value.trim().toLowerCase();
  const found = state.scripts.filter((script) =>
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

export function drawCodes() {
  draw('codes', state.codes, () =>
    state.codes.map((code) =>
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

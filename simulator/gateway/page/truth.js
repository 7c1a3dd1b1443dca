import { act, call, clock, draw, empty, make, table, yuan } from './elements.js';
import { state, word } from './state.js';

const GOOD = new Set(['paid', 'part-refunded', 'refunded', 'finished']);
const WAITING = new Set(['waiting', 'initial', 'missing']);

function requestsText(number) {
  const counts = state.book.requests[number] ?? {};
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

export function drawTruth() {
  const { orders, refunds, log } = state.book;
  const { orders: count, chargedFen, refundedFen, chargedTwice: twice } = state.book.totals;
  const totals = [
    ['totalOrders', count, ''],
    ['totalCharged', yuan(chargedFen), ''],
    ['totalRefunded', yuan(refundedFen), ''],
    ['totalTwice', twice, twice === 0 ? 'good' : 'bad'],
    ['totalTraps', state.book.traps.reverse, state.book.traps.reverse === 0 ? 'good' : 'bad'],
  ];
  draw('totals', totals, () =>
    totals.map(([key, value, tone]) =>
      make('div', {}, make('dt', {}, word(key)), make('dd', { class: tone }, String(value))),
    ),
  );
  draw('order-rows', [orders, state.book.requests], () =>
    orders.length === 0
      ? empty('noOrders')
      : table(['number', 'wallet', 'amount', 'state', 'charges', 'requests', 'customer'], orders.map(orderRow)),
  );
  draw('refund-rows', [refunds, state.book.requests], () =>
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

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ArmRequest } from '../../../simulator/gateway/fault-desk.ts';
import { scriptAmountFen } from '../../../simulator/gateway/fault-script.ts';
import { FAULT_SCRIPTS, scriptByAmount, scriptById } from '../../../simulator/gateway/fault-scripts.ts';
import {
  at,
  open,
  openBench,
  orderNumber,
  payFields,
  queryFields,
  refundFields,
  stateIn,
  type Bench,
} from './bench.ts';

const faults = suite('simulator/gateway/fault-scripts');

const amountOf = (id: string): number => {
  const script = scriptById(id);
  if (script === undefined) throw new RangeError(id);
  return scriptAmountFen(script);
};
const sendPay = (bench: Bench, id: string, n = 1): ReturnType<Bench['send']> =>
  bench.send('micro_pay', payFields(orderNumber(n), amountOf(id)));

faults('every script has its own id and amount, and common amounts are plain', () => {
  assert.is(new Set(FAULT_SCRIPTS.map((script) => script.id)).size, FAULT_SCRIPTS.length);
  assert.equal(
    FAULT_SCRIPTS.map((script) => script.cents),
    FAULT_SCRIPTS.map((_, index) => index + 1),
  );
  for (const fen of [1, 2, 100, 990, 10_000, 90_000, 90_099, 190_001, 5_000_000])
    assert.is(scriptByAmount(fen), undefined);
});

faults('lost before: nothing charged, "no such order"; the repeat is charged once', () => {
  const bench = openBench();
  assert.is(sendPay(bench, 'lost-before-charging').cut, 'before-effect');
  assert.is(bench.ask('query_order', queryFields(orderNumber(1))).content['internal_status'], 400);
  assert.is(stateIn(open(sendPay(bench, 'lost-before-charging')).content, 'micro_pay'), 2);
  assert.is(bench.charges(1), 1);
});

faults('lost after: charged once although no answer came', () => {
  const bench = openBench();
  const answer = sendPay(bench, 'lost-after-charging');
  assert.equal([answer.cut, answer.body], ['after-effect', '']);
  assert.equal([bench.charges(1), bench.state(1)], [1, 2]);
});

for (const [id, status, charged] of [
  ['status-3-paid', 3, 1],
  ['status-3-not-taken', 3, undefined],
  ['status-103-paid', 103, 1],
  ['status-103-not-taken', 103, undefined],
] as const) {
  faults(
    `${id}: one unknown status, ${charged === 1 ? 'charged' : 'nothing charged'}; a repeat tells the truth`,
    () => {
      const bench = openBench();
      const opened = open(sendPay(bench, id));
      assert.is(opened.content['status'], status);
      assert.is(opened.signed, status === 103);
      assert.is(bench.charges(1), charged);
      assert.is(stateIn(open(sendPay(bench, id)).content, 'micro_pay'), 2);
      assert.is(bench.charges(1), 1);
    },
  );
}

faults('103 for ever: pay and query never tell, charged or not', () => {
  for (const [id, charged] of [
    ['status-103-forever', undefined],
    ['status-103-forever-charged', 1],
  ] as const) {
    const bench = openBench();
    for (let times = 0; times < 3; times += 1) {
      assert.is(open(sendPay(bench, id)).content['status'], 103);
      assert.is(bench.ask('query_order', queryFields(orderNumber(1))).content['status'], 103);
      bench.clock.advance(60_000);
    }
    assert.is(bench.charges(1), charged);
  }
});

faults('paid after the terminal’s window: still waiting at 120 s, paid at 125 s', () => {
  const bench = openBench();
  sendPay(bench, 'paid-after-cut-off');
  bench.clock.advance(124_999);
  assert.is(bench.state(1), 9);
  bench.clock.advance(1);
  assert.equal([bench.state(1), bench.charges(1)], [2, 1]);
});

faults('the password scripts pay at 5, 60 and 119 s', () => {
  for (const [id, seconds] of [
    ['password-5s', 5],
    ['password-60s', 60],
    ['password-119s', 119],
  ] as const) {
    const bench = openBench();
    sendPay(bench, id);
    bench.clock.advance(seconds * 1000 - 1);
    assert.is(bench.state(1), 9);
    bench.clock.advance(1);
    assert.is(bench.state(1), 2);
  }
});

faults('a wrong code does not verify; an unsigned status 0 carries none', () => {
  const bench = openBench();
  assert.throws(() => open(sendPay(bench, 'wrong-code')), /does not verify/);
  const unsigned = open(sendPay(bench, 'unsigned', 2));
  assert.equal([unsigned.signed, unsigned.content['status']], [false, 0]);
  assert.equal([bench.charges(1), bench.charges(2)], [1, 1]);
});

faults('another order’s number and another amount are signed, and only once', () => {
  const bench = openBench();
  const number = open(sendPay(bench, 'other-number'));
  assert.ok(number.signed);
  assert.is.not(at(number.content, 'micro_pay.order_content.out_trade_no'), orderNumber(1));
  const amount = open(sendPay(bench, 'other-amount', 2));
  assert.is(at(amount.content, 'micro_pay.order_content.total_fee'), amountOf('other-amount') + 1);
  assert.is(at(open(sendPay(bench, 'other-number')).content, 'micro_pay.order_content.out_trade_no'), orderNumber(1));
});

faults('broken bodies: truncated, garbage, empty, 1 MB; all of them charged', () => {
  const bench = openBench();
  for (const [n, id] of ['truncated-json', 'garbage', 'empty-body'].entries()) {
    const { body } = sendPay(bench, id, n + 1);
    assert.throws(() => JSON.parse(body) as unknown, /JSON/);
  }
  assert.ok(sendPay(bench, 'huge-body', 4).body.length > 1_048_576);
  assert.is(sendPay(bench, 'cut-in-answer', 5).truncateAt, 60);
  for (const n of [1, 2, 3, 4, 5]) assert.is(bench.charges(n), 1);
});

faults('HTTP 502 with and without effect, and 30 s of silence', () => {
  const bench = openBench();
  assert.is(sendPay(bench, 'http-502-not-taken', 1).httpStatus, 502);
  assert.is(sendPay(bench, 'http-502-charged', 2).httpStatus, 502);
  const silent = sendPay(bench, 'silence-30s', 3);
  assert.equal([silent.silence, silent.delayMs], [true, 30_000]);
  assert.equal([bench.charges(1), bench.charges(2), bench.charges(3)], [undefined, 1, 1]);
});

faults('late visible and late charged: "no such order" first, paid afterwards', () => {
  const bench = openBench();
  sendPay(bench, 'late-visible', 1);
  sendPay(bench, 'late-charged', 2);
  assert.equal([bench.charges(1), bench.charges(2)], [1, 0]);
  for (const n of [1, 2])
    assert.is(bench.ask('query_order', queryFields(orderNumber(n))).content['internal_status'], 400);
  bench.clock.advance(30_000);
  assert.equal([bench.state(1), bench.state(2)], [2, 2]);
  assert.is(bench.charges(2), 1);
});

faults('an order can stay invisible past the whole window and be charged inside it', () => {
  const bench = openBench();
  sendPay(bench, 'visible-after-window');
  bench.clock.advance(129_999);
  assert.is(bench.ask('query_order', queryFields(orderNumber(1))).content['internal_status'], 400);
  bench.clock.advance(1);
  assert.equal([bench.state(1), bench.charges(1)], [2, 1]);
});

faults('a dying domain recovers by itself', () => {
  const bench = openBench();
  sendPay(bench, 'host-dies');
  assert.is(bench.sandbox.hostCondition(0), 'refuse');
  assert.is(bench.sandbox.hostCondition(1), 'up');
  bench.clock.advance(60_000);
  assert.is(bench.sandbox.hostCondition(0), 'up');
  sendPay(bench, 'host-stalls', 2);
  assert.is(bench.sandbox.hostCondition(0), 'stall');
});

faults('refund scripts strike the refund of an order paid with their amount', () => {
  const bench = openBench();
  const refund = (id: string, n: number): ReturnType<Bench['send']> => {
    assert.is(stateIn(open(sendPay(bench, id, n)).content, 'micro_pay'), 2, 'the payment itself is plain');
    return bench.send('refund', refundFields(orderNumber(n), orderNumber(n + 50), amountOf(id), 1));
  };
  const refundNumbers = (): string[] => bench.sandbox.book().refunds.map((one) => one.number);
  assert.is(refund('refund-lost-done', 1).cut, 'after-effect');
  assert.is(refund('refund-lost-not-done', 2).cut, 'before-effect');
  assert.equal(refundNumbers(), [orderNumber(51)]);
  assert.is(open(refund('refund-103-done', 3)).content['status'], 103);
  assert.is(refundNumbers().length, 2);
  assert.is(open(refund('refund-manual', 4)).content['status'], 0);
  open(refund('refund-stays', 5));
  bench.clock.advance(600_000);
  const stateOf = (n: number): number | undefined =>
    bench.sandbox.book().refunds.find((one) => one.number === orderNumber(n + 50))?.state;
  assert.equal([stateOf(1), stateOf(3), stateOf(4), stateOf(5)], [2, 2, 5, 4]);
});

faults('the capital spelling replaces the usual one', () => {
  const bench = openBench();
  const { content } = open(sendPay(bench, 'upper-spelling'));
  assert.equal([content['Internal_status'], content['internal_status']], [0, undefined]);
});

faults('a number taken elsewhere is 407 and charges nothing; a refused repeat proves nothing', () => {
  const bench = openBench();
  assert.is(open(sendPay(bench, 'number-taken')).content['internal_status'], 407);
  assert.is(bench.charges(1), undefined);
  assert.is(sendPay(bench, 'repeat-refused', 2).cut, 'after-effect');
  const repeat = open(sendPay(bench, 'repeat-refused', 2));
  assert.equal([repeat.content['status'], repeat.signed], [101, false]);
  assert.equal([bench.charges(2), bench.state(2)], [1, 2]);
});

faults('lost queries come back after the third', () => {
  const bench = openBench();
  sendPay(bench, 'queries-lost');
  for (let times = 0; times < 3; times += 1) {
    assert.is(bench.send('query_order', queryFields(orderNumber(1))).cut, 'before-effect');
  }
  assert.is(bench.state(1), 9);
});

faults('armed faults strike the next requests of their interface, order and domain only', () => {
  const bench = openBench();
  bench.pay(1, 2);
  bench.pay(2, 2);
  bench.sandbox.arm({ script: 'lost-after-charging', interface: 'query_order', order: orderNumber(2), times: 2 });
  assert.is(bench.state(1), 2);
  const query2 = (): ReturnType<Bench['send']> => bench.send('query_order', queryFields(orderNumber(2)));
  assert.equal([query2().cut, query2().cut, query2().cut], ['after-effect', 'after-effect', null]);
  bench.sandbox.arm({ script: 'http-502-charged', host: 3 });
  assert.is(bench.send('micro_pay', payFields(orderNumber(3), 2)).httpStatus, 200);
  assert.is(bench.sandbox.book().faults.length, 1);
  assert.is(bench.sandbox.disarm(), 1);
  bench.sandbox.arm({ script: 'password-5s' });
  assert.is(stateIn(bench.pay(4, 2).content, 'micro_pay'), 9, 'an armed life works on any amount');
  bench.sandbox.arm({ script: 'empty-body', interface: 'ping' });
  assert.is(bench.sandbox.handle({ host: 0, method: 'POST', path: '/cpay/ping', query: '', body: '' }).body, '');
});

faults('arming something unknown says what is known', () => {
  const bench = openBench();
  const problem = (request: ArmRequest): string => {
    const armed = bench.sandbox.arm(request);
    return typeof armed === 'string' ? armed : 'armed';
  };
  assert.match(problem({ script: 'nonsense' }), /lost-before-charging/);
  assert.match(problem({ script: 'garbage', times: 0 }), /times/);
  for (let n = 0; n < 100; n += 1) assert.is(problem({ script: 'garbage' }), 'armed');
  assert.match(problem({ script: 'garbage' }), /remove some first/);
});

faults('whatever is scripted, no number is ever charged twice', () => {
  for (const script of FAULT_SCRIPTS) {
    const bench = openBench();
    for (let times = 0; times < 4; times += 1) {
      sendPay(bench, script.id);
      bench.send('query_order', queryFields(orderNumber(1)));
      bench.clock.advance(50_000);
    }
    const charges = bench.charges(1) ?? 0;
    assert.ok(charges <= 1, `${script.id}: ${charges}`);
  }
});

faults.run();

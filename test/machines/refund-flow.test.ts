import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { FoundOrder } from '../../domain/found-order.ts';
import type { ScreenView } from '../../domain/screens/screen-view.ts';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import type { LookUp, NumberReading } from '../../machines/order-lookup.ts';
import type { PinVerdict } from '../../machines/refund-flow-setup.ts';
import { refundFlowMachine } from '../../machines/refund-flow.machine.ts';
import { refundPinMachine } from '../../machines/refund-pin.machine.ts';
import { pass, startChart, type TableEvent } from '../support/charts.ts';

const test = suite('machines/refund-flow');

const ORDER: FoundOrder = {
  order: 'o1',
  platform: 'wechat',
  amountFen: 200,
  state: 'partly-refunded',
  refundedFen: 50,
  refundableFen: 150,
  gatewayRefundedFen: 50,
  refunds: [],
  isRefundable: true,
  source: 'gateway',
  isUnresolvedHere: false,
  atMs: null,
  transactionId: null,
};
const OF_PIN = { of: 'pin', hasOther: false } as const;
const foundWith = (changes: Partial<FoundOrder> = {}, needsPin = false): LookUp => ({
  kind: 'found',
  found: { ...ORDER, ...changes },
  at: '',
  needsPin,
});
const REPORTED = {
  slot: 'refund.1',
  refund: 'r1',
  order: 'o1',
  orderFen: 200,
  refundFen: 150,
  platform: 'wechat',
  recovered: false,
} as const;

async function start(scene: {
  lookUp?: LookUp;
  reading?: NumberReading;
  pin?: readonly PinVerdict[];
  wanted?: boolean;
}) {
  const clock = new VirtualClock();
  const pad: string[] = [];
  let checks = 0;
  const machine = refundFlowMachine.provide({
    actions: {
      typePinDigit: (_, { key }) => void pad.push(key),
      erasePinDigit: () => void pad.pop(),
      forgetPin: () => void pad.splice(0),
    },
  });
  const chart = startChart(machine, {
    clock,
    input: { wanted: scene.wanted === false ? null : { number: 'o1', of: 'order' } },
    ports: {
      readNumber: () => scene.reading,
      lookUp: () => scene.lookUp ?? foundWith(),
      checkPin: () => {
        pad.splice(0);
        return scene.pin?.[(checks += 1) - 1] ?? { kind: 'right' };
      },
    },
  });
  await pass(clock, 1);
  const flow = {
    chart,
    clock,
    pad,
    view: (): ScreenView => {
      const shown = chart.heard.filter(({ type }) => type === 'view.changed').at(-1);
      return (shown?.['view'] ?? { name: 'configuring' }) as ScreenView;
    },
    asked: (): TableEvent[] => chart.heard.filter(({ type }) => type === 'refund.requested'),
    press: async (...keys: string[]): Promise<void> => {
      for (const key of keys) {
        chart.send(/^[\d.]$/.test(key) ? { type: 'key.amount', key } : { type: `key.${key}` });
        await pass(clock, 1);
      }
    },
  };
  return flow;
}

test('A4 the refundable rest stands there, and enter alone sends it', async () => {
  const flow = await start({});
  assert.equal(flow.view(), {
    name: 'refund-amount',
    order: 'o1',
    platform: 'wechat',
    orderFen: 200,
    refundableFen: 150,
    amountFen: 150,
    typed: '',
  });
  await flow.press('enter');
  assert.equal(flow.asked()[0]?.['ask'], {
    order: 'o1',
    orderFen: 200,
    refundFen: 150,
    platform: 'wechat',
    gatewayRefundedFen: 50,
    authorisedBy: null,
  });
  assert.is(flow.view().name, 'refunding');
});

test('digits replace the rest; 0 and more than the rest are refused and nothing is asked for', async () => {
  const flow = await start({});
  await flow.press('1', '.', '5', '1', 'enter');
  assert.equal(flow.view(), { name: 'refused', reason: 'over-refundable', detail: '150', amountFen: 151 });
  await flow.press('0', 'enter');
  assert.equal(flow.view(), { name: 'refused', reason: 'amount-zero', detail: '', amountFen: 0 });
  await flow.press('backspace', 'backspace', '1', '.', '2', 'enter');
  assert.is(flow.asked().length, 1);
  assert.is((flow.asked()[0]?.['ask'] as { refundFen: number }).refundFen, 120);
});

for (const [what, lookUp, view] of [
  [
    'an unpaid order',
    foundWith({ isRefundable: false, state: 'unpaid' }),
    { reason: 'not-refundable', detail: 'unpaid' },
  ],
  [
    'a finished order',
    foundWith({ isRefundable: false, state: 'paid' }),
    { reason: 'not-refundable', detail: 'finished' },
  ],
  ['a fully refunded order', foundWith({ refundableFen: 0 }), { reason: 'over-refundable', detail: '0' }],
  ['an order that only the own journal knows now', foundWith({ source: 'journal' }), { reason: 'gateway-unreachable' }],
  ['a terminal without a configuration', { kind: 'refused', reason: 'unconfigured' }, { reason: 'unconfigured' }],
] as const) {
  test(`${what} is not refunded, and the reason is said`, async () => {
    const flow = await start({ lookUp });
    const shown = flow.view();
    assert.is(shown.name, 'refused');
    for (const [field, value] of Object.entries(view)) assert.is(shown[field as keyof typeof shown], value);
    await flow.press('enter');
    assert.is(flow.asked().length, 0);
  });
}

test('§8.3 without the detail query the cashier is asked first', async () => {
  const flow = await start({ lookUp: foundWith({ gatewayRefundedFen: null }) });
  assert.is(flow.view().name, 'confirm');
  await flow.press('enter');
  assert.is(flow.view().name, 'refund-amount');
  await flow.press('enter');
  assert.is((flow.asked()[0]?.['ask'] as { gatewayRefundedFen: null }).gatewayRefundedFen, null);
});

test('the refund PIN: wrong, too short, then right; its digits are on the pad only', async () => {
  const flow = await start({ lookUp: foundWith({}, true), pin: [{ kind: 'wrong', triesLeft: 4 }, { kind: 'right' }] });
  await flow.press('enter', '1', '2', 'enter');
  assert.equal(flow.view(), {
    name: 'refund-pin',
    question: 'refund',
    ...OF_PIN,
    digits: 2,
    note: { kind: 'too-short' },
  });
  await flow.press('3', '4', 'enter');
  assert.equal(flow.view(), {
    name: 'refund-pin',
    question: 'refund',
    ...OF_PIN,
    digits: 0,
    note: { kind: 'wrong', triesLeft: 4 },
  });
  await flow.press('9', '8', '7', '6', '5', 'backspace');
  assert.equal(flow.pad, ['9', '8', '7', '6']);
  assert.not.match(JSON.stringify(flow.chart.context()), /9876/);
  await flow.press('enter');
  assert.is(flow.asked().length, 1);
});

test('accepted is followed to its end while the cashier looks, and unknown turns into the truth', async () => {
  const flow = await start({});
  await flow.press('enter');
  flow.chart.send({ type: 'refund.progress', ...REPORTED, phase: 'unresolved', reason: 'lost', unresolvedTold: {} });
  assert.is(flow.view().name, 'refund-unknown');
  flow.chart.send({ type: 'refund.accepted', ...REPORTED });
  assert.equal(flow.view(), {
    name: 'refund-accepted',
    isDone: false,
    order: 'o1',
    refund: 'r1',
    refundFen: 150,
    platform: 'wechat',
  });
  flow.chart.send({ type: 'refund.settled', ...REPORTED, verdict: { outcome: 'failed', reason: '' } });
  assert.is(flow.view().name, 'refund-failed');
  await pass(flow.clock, 61_000);
  assert.is(flow.chart.heard.filter(({ type }) => type === 'refund.left').length, 1);
});

test('cancel leaves every screen, and the refund that is under way goes on without it', async () => {
  for (const keys of [[], ['1'], ['9', 'enter'], ['enter']]) {
    const flow = await start({});
    await flow.press(...keys, 'cancel');
    assert.ok(
      flow.chart.heard.some(({ type }) => type === 'refund.left'),
      keys.join(),
    );
  }
});

test('a typed number is read, and what it is not is named', async () => {
  const flow = await start({ wanted: false, reading: { kind: 'rejected', note: 'check-digit' } });
  assert.equal(flow.view(), { name: 'refund-scan', typed: '', note: 'none' });
  await flow.press('1', '2', 'backspace', 'enter');
  assert.equal(flow.view(), { name: 'refund-scan', typed: '1', note: 'check-digit' });
  flow.chart.send({ type: 'scan.customerCode', platform: 'wechat', ref: 'code-1', masked: '13' });
  assert.equal(flow.view(), { name: 'refund-scan', typed: '1', note: 'not-an-order' });
  flow.chart.send({ type: 'scan.order', number: 'o1', of: 'order' });
  await pass(flow.clock, 1);
  assert.is(flow.view().name, 'refund-amount');
});

test('a new refund PIN is typed twice, and an empty one removes it', async () => {
  const clock = new VirtualClock();
  const done: string[] = [];
  let agreed = false;
  const nothing = (): void => undefined;
  const actions = {
    typePinDigit: nothing,
    erasePinDigit: nothing,
    forgetPin: nothing,
    keepPin: () => void done.push('kept'),
  };
  const begin = (isSet: boolean) =>
    startChart(refundPinMachine.provide({ actions }), {
      clock,
      ports: {
        readPins: () => ({ isSet, asks: isSet ? 'pin' : null }),
        checkPin: () => ({ kind: 'right' }),
        storePin: () => (agreed ? { kind: 'stored' } : { kind: 'differs' }),
        removePin: () => void done.push('removed'),
      },
    });
  const press = async (chart: ReturnType<typeof begin>, digits: string): Promise<void> => {
    for (const key of digits) chart.send({ type: 'key.amount', key });
    chart.send({ type: 'key.enter' });
    await pass(clock, 1);
  };
  const questionOf = (chart: ReturnType<typeof begin>): unknown => chart.context()['question'];
  const fresh = begin(false);
  await pass(clock, 1);
  await press(fresh, '4711');
  assert.is(questionOf(fresh), 'again');
  await press(fresh, '4712');
  assert.equal([questionOf(fresh), fresh.context()['note']], ['new', { kind: 'differs' }]);
  agreed = true;
  await press(fresh, '4711');
  await press(fresh, '4711');
  assert.is(fresh.state(), 'changed');
  const later = begin(true);
  await pass(clock, 1);
  assert.is(questionOf(later), 'old');
  await press(later, '4711');
  assert.is(questionOf(later), 'new');
  await press(later, '');
  assert.equal(done, ['kept', 'kept', 'removed']);
});

test.run();

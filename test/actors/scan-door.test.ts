import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ScanDoor } from '../../actors/scan-door.ts';
import type { OrderIntent, PaymentOutcome } from '../../domain/journal-record.ts';
import { Ledger } from '../../domain/ledger.ts';
import { Secret } from '../../domain/secret.ts';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import { SimulatedDisk } from '../../hal/disk/simulated-disk.ts';
import { openFileKeyStore } from '../../hal/key-store/file-key-store.ts';
import { SeededRandom } from '../../hal/random/seeded-random.ts';

const test = suite('actors/scan-door');

const CODE = '130012345678901234';
const YEAR_MS = 365 * 86_400_000;

function openDoor(orderPrefix: string | null = '01009999') {
  const clock = new VirtualClock();
  const ledger = new Ledger();
  const keyStore = openFileKeyStore({ disk: new SimulatedDisk(), path: '/data/key', random: new SeededRandom(1) });
  const domains = ['https://pay.qcloud.com'];
  const door = new ScanDoor({ ledger, keyStore, clock, domains, orderPrefix: () => orderPrefix });
  const intend = (order: string, inThisLife = true): void => {
    const codeHash = door.hashOf(new Secret(CODE));
    const about = { amountFen: 88, platform: 'wechat', configuration: 'c1', staffId: null } as const;
    const intent: OrderIntent = { type: 'ORDER_INTENT', order, codeHash, windowEndsAtMs: 0, ...about };
    ledger.apply({ ...intent, seq: 1, at: clock.wallMs() });
    if (inThisLife) door.rememberUse(codeHash);
  };
  const end = (order: string, outcome: PaymentOutcome): void =>
    ledger.apply({
      type: 'ORDER_RESULT',
      order,
      outcome,
      reason: '',
      transactionId: null,
      paidAtMs: null,
      late: false,
      seq: 2,
      at: clock.wallMs(),
    });
  return { door, clock, intend, end };
}

test('a customer code passes as a reference: the event holds no digit that is secret', () => {
  const { door } = openDoor();
  const event = door.enter(`${CODE}\r\n`);
  assert.is(event.type, 'scan.customerCode');
  assert.not.match(JSON.stringify(event), /0012345678901/);
  assert.is(door.codes.take('code-1')?.reveal(), CODE);
});

test('M9 a code that has become an order is repeated for a minute, then free', () => {
  const { door, clock, intend } = openDoor();
  intend('o1');
  assert.is(door.enter(CODE).type, 'scan.repeatedCode');
  clock.advance(59_999);
  assert.is(door.enter(CODE).type, 'scan.repeatedCode');
  clock.advance(1);
  assert.is(door.enter(CODE).type, 'scan.customerCode');
});

test('M8 M9 a wall clock that jumps by a year either way does not free a used code', () => {
  for (const jump of [YEAR_MS, -YEAR_MS]) {
    const { door, clock, intend } = openDoor();
    intend('o1');
    clock.jumpWall(jump);
    assert.is(door.enter(CODE).type, 'scan.repeatedCode');
  }
});

test('M8 M9 a code used before a restart stays used when the wall clock was set back', () => {
  const { door, clock, intend } = openDoor();
  intend('o1', false);
  clock.jumpWall(-YEAR_MS);
  assert.is(door.enter(CODE).type, 'scan.repeatedCode');
});

test('M8 M9 a code used right before a restart stays used for its life, however far the wall clock was set forward', () => {
  const { door, clock, intend } = openDoor();
  intend('o1', false);
  clock.jumpWall(YEAR_MS);
  assert.is(door.enter(CODE).type, 'scan.repeatedCode');
  clock.advance(59_999);
  assert.is(door.enter(CODE).type, 'scan.repeatedCode');
  clock.advance(1);
  assert.is(door.enter(CODE).type, 'scan.customerCode');
});

test('M9 a code whose order never left the terminal may be shown again, any other outcome not', () => {
  for (const outcome of ['paid', 'failed', 'denied'] as const) {
    const { door, intend, end } = openDoor();
    intend('o1');
    end('o1', outcome);
    assert.is(door.enter(CODE).type, 'scan.repeatedCode', outcome);
  }
  const { door, intend, end } = openDoor();
  intend('o1');
  end('o1', 'not-sent');
  assert.is(door.enter(CODE).type, 'scan.customerCode');
});

test('whatever is scanned becomes one of the closed set of events', () => {
  const { door } = openDoor();
  const types = [
    '',
    'x'.repeat(5000),
    'https://evil.test/cpay/use_device_setting?osi=1&si=2',
    'WIFI:T:WPA;S:shop;P:secret-word;;',
    '620012345678901234',
    'hello',
    '\0\0',
  ].map((text) => door.enter(text).type);
  assert.ok(
    types.every((type) => ['scan.rejected', 'scan.wifi'].includes(type)),
    types.join(),
  );
  assert.not.match(JSON.stringify(door.enter('WIFI:T:WPA;S:shop;P:secret-word;;')), /secret-word/);
});

test('A6 a short harmless text passes with a rejection; what could be a code, a card or a number does not', () => {
  const { door } = openDoor();
  const plain = (text: string): unknown => {
    const event = door.enter(text);
    return event.type === 'scan.rejected' ? event.plain : event.type;
  };
  assert.is(plain('1002\r\n'), '1002');
  assert.is(plain('till-staff_7'), 'till-staff_7');
  for (const text of ['6222021234567890', '4111111111111111', 'x'.repeat(33), 'two words', '店员', 'a'.repeat(5000)]) {
    assert.is(plain(text), undefined, text);
  }
  assert.is(plain(CODE), 'scan.customerCode');
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkSale, openOrders, type PaymentDesk } from '../../actors/payment-ports.ts';
import type { OrderIntent } from '../../domain/journal-record.ts';
import { Ledger } from '../../domain/ledger.ts';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';

const test = suite('actors/payment-ports');

const YEAR_MS = 365 * 86_400_000;
const WINDOW_MS = 120_000;
const DENIAL_MS = 600_000;

/** A desk on a ledger in memory: these ports ask for nothing else. */
function openDesk(options: { readonly configured?: boolean; readonly subTerminalType?: number | null } = {}) {
  const clock = new VirtualClock();
  const ledger = new Ledger();
  const { configured = true, subTerminalType = 1 } = options;
  const journal = { ledger, isOpen: true };
  const config = {
    subTerminalType,
    payment: { windowMs: WINDOW_MS },
    reconcile: { notFoundFinalAfterMs: DENIAL_MS },
  };
  const settings = { current: () => ({ configuration: configured ? {} : null }) };
  const desk = { parts: { clock, config, settings, utcOffsetMinutes: 480 }, journal } as unknown as PaymentDesk;
  const intend = (order: string, amountFen = 88): void => {
    const intent: OrderIntent = {
      type: 'ORDER_INTENT',
      order,
      amountFen,
      platform: 'wechat',
      codeHash: 'h1',
      configuration: 'c1',
      staffId: null,
      windowEndsAtMs: clock.wallMs() + WINDOW_MS,
    };
    ledger.apply({ ...intent, seq: 1, at: clock.wallMs() });
  };
  const tell = (order: string, job: string): void =>
    ledger.apply({ type: 'TOLD', job, channel: 'voice', order, refund: null, seq: 2, at: 0 });
  return { desk, clock, journal, intend, tell };
}
const firstOpen = (desk: PaymentDesk) => {
  const [first] = openOrders(desk);
  if (first === undefined) throw new Error('no order is open');
  return first;
};

test('M8 a recovered order has what is left of its window', () => {
  const { desk, clock, intend } = openDesk();
  intend('o1');
  clock.advance(50_000);
  assert.is(firstOpen(desk).windowRemainingMs, 70_000);
  clock.advance(200_000);
  assert.is(firstOpen(desk).windowRemainingMs, 0);
});

test('M8 a clock set back a year does not lengthen a recovered window', () => {
  const { desk, clock, intend } = openDesk();
  intend('o1');
  clock.jumpWall(-YEAR_MS);
  const recovered = firstOpen(desk);
  assert.is(recovered.windowRemainingMs, WINDOW_MS);
  assert.is(recovered.denialFinalAfterMs, WINDOW_MS + DENIAL_MS);
});

test('M8 a clock set forward a year does not make a denial final before a late request could have arrived', () => {
  const { desk, clock, intend } = openDesk();
  intend('o1');
  clock.jumpWall(YEAR_MS);
  const recovered = firstOpen(desk);
  assert.is(recovered.windowRemainingMs, 0);
  // 53 s under way and two minutes of life at the gateway.
  assert.ok(recovered.denialFinalAfterMs >= 53_000 + 120_000);
});

test('M7 a recovered order knows which tellings of its unknown end the journal holds', () => {
  const { desk, intend, tell } = openDesk();
  intend('o1');
  assert.equal(firstOpen(desk).unresolvedTold, { voice: false, slip: false });
  tell('o1', 'o1-unknown-voice');
  assert.equal(firstOpen(desk).unresolvedTold, { voice: true, slip: false });
  tell('o1', 'o1-unknown-slip');
  assert.equal(firstOpen(desk).unresolvedTold, { voice: true, slip: true });
});

test('M9 an amount that is unresolved is confirmed first, any other goes on', () => {
  const { desk, intend } = openDesk();
  intend('o1', 500);
  assert.equal(checkSale(desk, 500), { kind: 'confirm', order: 'o1' });
  assert.equal(checkSale(desk, 501), { kind: 'ok' });
});

test('M10 no sale begins while the journal is not open', () => {
  const { desk, journal } = openDesk();
  journal.isOpen = false;
  assert.equal(checkSale(desk, 500), { kind: 'refused', reason: 'storage-failed', detail: '' });
});

test('a terminal that is not configured, has no sub terminal type or too many unresolved orders refuses and says why', () => {
  const reason = (desk: PaymentDesk): string => {
    const check = checkSale(desk, 500);
    return check.kind === 'refused' ? check.reason : check.kind;
  };
  assert.is(reason(openDesk({ configured: false }).desk), 'unconfigured');
  assert.is(reason(openDesk({ subTerminalType: null }).desk), 'no-sub-terminal-type');
  const full = openDesk();
  for (let index = 0; index < 200; index += 1) full.intend(`o${index}`, index + 1000);
  assert.is(reason(full.desk), 'too-many-unresolved');
});

test.run();

import { owedTellings, unresolvedTellings } from '../domain/ledger.ts';
import type { Locale } from '../domain/sentence.ts';
import type { Owed, OwedTelling, Recovered } from '../machines/terminal-orders.ts';
import { openOrders, type PaymentDesk } from './payment-ports.ts';
import { openRefunds, owedRefunds, untoldUnknownRefunds } from './refund-ports.ts';
import { toldBefore } from './told-before.ts';

type RecoveryDesk = Pick<PaymentDesk, 'parts' | 'journal'>;

/** What the terminal finds when it starts: its configuration, its open orders, and what it still owes the cashier (M7). */
export function recovered(desk: RecoveryDesk, locale: Locale): Recovered {
  const { parts, journal } = desk;
  const { configuration, staff } = parts.settings.current();
  const before = toldBefore(desk, locale);
  return {
    status: {
      configured: configuration !== null,
      shopName: configuration?.shopName ?? '',
      staffId: staff?.id ?? null,
      connected: true,
      printer: parts.devices.printer.status(),
      waitingSlips: 0,
      openOrders: journal.ledger.openOrders().length,
      openRefunds: journal.ledger.openRefunds().length,
      storage: 'ok',
      trade: crashesAgainAndAgain(journal.ledger.crashedAt, parts.clock.wallMs()) ? 'query-only' : 'selling',
    },
    openOrders: openOrders(desk),
    openRefunds: openRefunds(desk),
    owed: owedTo(desk),
    owedShift: owedShift(desk),
    spoken: before.voices,
    lastSlip: before.lastSlip,
    afterPowerCut: !journal.stoppedInOrder,
    boot: journal.ledger.boot,
  };
}

/** Three lives that ended by crashing, within this time and until now. */
const CRASH_LOOP_MS = 600_000;
const CRASH_LOOP_LIVES = 3;

function crashesAgainAndAgain(crashedAt: readonly number[], nowMs: number): boolean {
  const [first = 0] = crashedAt;
  return crashedAt.length >= CRASH_LOOP_LIVES && Math.abs(nowMs - first) <= CRASH_LOOP_MS;
}

/** What is to be told, read again after a crash. What is open is told only when its chart says so. */
export function owedAgain(desk: RecoveryDesk, locale: Locale): Owed {
  return {
    tellings: [...owedTo(desk), ...untoldUnknown(desk), ...untoldUnknownRefunds(desk)],
    shift: owedShift(desk),
    spoken: toldBefore(desk, locale).voices,
  };
}

/** The number of the last hand-over when its slip was not printed. */
function owedShift({ journal: { ledger } }: RecoveryDesk): number | null {
  const { lastShift } = ledger;
  return lastShift === null || lastShift.told ? null : lastShift.closed.shift;
}

/** Open orders whose unknown result was not told; whether it is to be told yet, their charts know. */
function untoldUnknown({ journal }: RecoveryDesk): OwedTelling[] {
  return journal.ledger.openOrders().flatMap(({ intent: { order, platform, amountFen }, told }) => {
    const tellings = unresolvedTellings(order);
    const voice = told.has(tellings.voice) ? null : tellings.voice;
    const slip = told.has(tellings.slip) ? null : tellings.slip;
    const open = { order, refund: null, outcome: 'unresolved' as const, platform, amountFen, paidAtMs: null };
    return voice === null && slip === null ? [] : [{ ...open, voice, slip }];
  });
}

function owedTo({ journal }: RecoveryDesk): OwedTelling[] {
  const owedOrders = journal.ledger.unfinishedOrders().flatMap((order) => {
    const owed = owedTellings(order);
    if (owed === null || order.result === null) return [];
    const { order: number, platform, amountFen } = order.intent;
    const voice = order.told.has(owed.voice) ? null : owed.voice;
    const slip = owed.slip === null || order.told.has(owed.slip) ? null : owed.slip;
    const { outcome, paidAtMs } = order.result;
    return [{ order: number, refund: null, outcome, platform, amountFen, paidAtMs, voice, slip }];
  });
  return [...owedOrders, ...owedRefunds({ journal })];
}

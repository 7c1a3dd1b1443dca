import { fromPromise } from 'xstate';
import type { SettingsStore } from '../config/settings-store.ts';
import type { DeviceConfiguration } from '../domain/device-configuration.ts';
import { TerminalFailure } from '../domain/failure.ts';
import type { RefundIntent } from '../domain/journal-record.ts';
import { owedRefundTellings, unresolvedRefundTellings, type LedgerRefund } from '../domain/ledger.ts';
import type { Domain } from '../domain/payment-gateway.ts';
import type { RefundAuthority } from '../domain/refund-authority.ts';
import { judgeRefund, refundableFen } from '../domain/refund-arithmetic.ts';
import type { Key } from '../domain/screen.ts';
import type { LookUp, NumberReading, WantedNumber } from '../machines/order-lookup.ts';
import type { PinVerdict } from '../machines/refund-flow-setup.ts';
import type { PinsSet, PinStored } from '../machines/refund-pin.machine.ts';
import type { OwedRefundTelling } from '../machines/terminal-orders.ts';
import {
  REFUND_REPEAT_LIFE_MS,
  type RecoveredRefund,
  type RefundAsk,
  type RefundQueryAnswer,
  type RefundVerdict,
  type SubmitAnswer,
} from '../machines/refund-order.ts';
import { asClerk } from './as-clerk.ts';
import type { OrderLookup } from './order-lookup.ts';
import type { PaymentDesk } from './payment-ports.ts';
import type { PinPad } from './pin-pad.ts';
import { authoritiesSet } from './refund-authority.ts';

/** After a restart a "no such refund" must hold at least this long again, whatever the wall clock says (M8). */
const DENIAL_AFTER_RESTART_MS = 180_000;

/** What the refund charts ask for: the intent before the request, one attempt, one query, the result. */
export function refundPorts(desk: PaymentDesk) {
  const { parts, journal, calls } = desk;

  const submit = (refund: string, tried: readonly Domain[], signal: AbortSignal): Promise<SubmitAnswer> => {
    const { order, orderFen, refundFen, platform, staffId, configuration } = intentOf(desk, refund);
    const request = { order, refund, orderFen, refundFen, platform, staffId };
    const made = { ...request, configuration: configurationOf(desk, configuration) };
    return calls.attempt<SubmitAnswer>((call) => parts.gateway.refund(made, call), { signal, tried, about: refund });
  };

  const query = async (refund: string, signal: AbortSignal): Promise<RefundQueryAnswer> => {
    const { order, orderFen, refundFen, platform, staffId, configuration } = intentOf(desk, refund);
    const asked = { order, refund, platform, configuration: configurationOf(desk, configuration) };
    const answer = await asClerk(staffId, (clerk) =>
      calls.attempt<Awaited<ReturnType<typeof parts.gateway.queryRefunds>>>(
        (call) => parts.gateway.queryRefunds({ ...asked, staffId: clerk }, call),
        { signal, about: refund },
      ),
    );
    if (answer.kind !== 'refunds') return answer;
    const { trace } = answer;
    const facts = answer.refunds.find((row) => row.refund === refund);
    if (facts === undefined) return { kind: 'not-found', trace };
    // A refund of another amount under our number proves nothing about ours (M3).
    if (facts.refundFen === refundFen && facts.orderFen === orderFen) return facts;
    return { kind: 'unknown', reason: 'the refund has another amount', waitMs: 0, trace };
  };

  return {
    recordIntent: fromPromise<{ refund: string }, { ask: RefundAsk }>(({ input }) =>
      Promise.resolve(recordIntent(desk, input.ask)),
    ),
    submit: fromPromise<SubmitAnswer, { refund: string; tried: readonly Domain[] }>(({ input, signal }) =>
      submit(input.refund, input.tried, signal),
    ),
    queryRefund: fromPromise<RefundQueryAnswer, { refund: string }>(({ input, signal }) => query(input.refund, signal)),
    recordResult: fromPromise<void, { refund: string; verdict: RefundVerdict }>(({ input: { refund, verdict } }) => {
      const { order } = intentOf(desk, refund);
      journal.record([{ type: 'REFUND_RESULT', refund, order, ...verdict }], { flush: true });
      return Promise.resolve();
    }),
  };
}

/**
 * M1 and M6: number and amount are durable, and the amount is reserved, when this returns; nothing has been sent. What is refundable is
 * judged once more, because another refund of the order may have begun since it was looked up.
 */
function recordIntent(desk: PaymentDesk, ask: RefundAsk): { refund: string } {
  const { parts, journal, numbers } = desk;
  const { order, orderFen, refundFen, platform, gatewayRefundedFen } = ask;
  const refunds = journal.ledger
    .refundsOf(order)
    .map(({ intent, outcome }) => ({ refundFen: intent.refundFen, outcome }));
  const verdict = judgeRefund(refundFen, refundableFen({ totalFen: orderFen, gatewayRefundedFen, refunds }));
  if (verdict !== 'allowed')
    throw new Error(`the refund is not possible any more: ${verdict}; look the order up again`);
  const { staff } = parts.settings.current();
  const own = journal.ledger.order(order)?.intent.configuration;
  const configuration = (own === undefined ? null : parts.settings.configuration(own)) ?? currentConfiguration(desk);
  const { number, facts } = numbers.reserve(configuration.orderPrefix, 'refund');
  const intent: RefundIntent = {
    type: 'REFUND_INTENT',
    refund: number,
    order,
    orderFen,
    refundFen,
    platform,
    configuration: configuration.id,
    staffId: staff?.id ?? null,
    authorisedBy: ask.authorisedBy ?? null,
  };
  journal.record([...facts, intent], { flush: true });
  return { refund: number };
}

/** What the refund flow and the order query ask for. */
export function orderDeskPorts(desk: PaymentDesk, lookup: OrderLookup, pad: PinPad) {
  const { settings, clock } = desk.parts;
  return {
    readNumber: fromPromise<NumberReading, { typed: string }>(({ input }) =>
      Promise.resolve(lookup.readTyped(input.typed)),
    ),
    lookUp: fromPromise<LookUp, { wanted: WantedNumber; forRefund: boolean }>(({ input, signal }) =>
      lookup.lookUp(input.wanted, input.forRefund, signal),
    ),
    checkPin: fromPromise<PinVerdict, { of: RefundAuthority }>(({ input }) =>
      pinVerdict(settings, pad, clock.wallMs(), input.of),
    ),
  };
}

/** What setting the refund PIN asks for. */
export function refundPinPorts({ parts: { settings, clock } }: PaymentDesk, pad: PinPad) {
  return {
    readPins: fromPromise<PinsSet, { of: RefundAuthority }>(({ input: { of } }) => {
      const set = authoritiesSet(settings);
      const isSet = set.includes(of);
      // Whoever could set a second secret without knowing the first could refund with it.
      return Promise.resolve({ isSet, asks: isSet ? of : (set[0] ?? null) });
    }),
    checkPin: fromPromise<PinVerdict, { of: RefundAuthority }>(({ input }) =>
      pinVerdict(settings, pad, clock.wallMs(), input.of),
    ),
    storePin: fromPromise<PinStored, { of: RefundAuthority }>(async ({ input: { of } }) => {
      const agreed = pad.takeAgreed();
      if (agreed === null) return { kind: 'differs' };
      if (settings.isRefundPin(agreed, of === 'pin' ? 'manager' : 'pin')) return { kind: 'taken' };
      await settings.setRefundPin(agreed, of);
      return { kind: 'stored' };
    }),
    removePin: fromPromise<void, { of: RefundAuthority }>(({ input }) => settings.setRefundPin(null, input.of)),
  };
}

async function pinVerdict(
  settings: SettingsStore,
  pad: PinPad,
  nowMs: number,
  of: RefundAuthority,
): Promise<PinVerdict> {
  const answer = await settings.checkRefundPin(pad.take(), nowMs, of);
  // Removed in between: nothing is left to check.
  return answer.kind === 'none' ? { kind: 'right' } : answer;
}

/** The pad under the charts: they count digits, and the pad holds them. */
export function pinPadActions(pad: PinPad) {
  return {
    typePinDigit: (_: unknown, { key }: { key: Key }) => pad.press(key),
    erasePinDigit: () => pad.erase(),
    forgetPin: () => pad.forget(),
    scanPin: (_: unknown, { code }: { code: string }) => pad.replace(code),
    keepPin: () => pad.keep(),
  };
}

/** The refunds that the journal holds open, as the charts resume them. */
export function openRefunds({ parts, journal }: Pick<PaymentDesk, 'parts' | 'journal'>): RecoveredRefund[] {
  const denialMs = 2 * parts.config.reconcile.notFoundFinalAfterMs;
  const now = parts.clock.wallMs();
  return journal.ledger.openRefunds().map(({ intent, outcome, told }) => {
    const { refund, order, orderFen, refundFen, platform } = intent;
    const tellings = unresolvedRefundTellings(refund);
    const ageMs = now - intent.at;
    // A clock that was set back proves no youth: an old refund may meanwhile have been made by other means (M8).
    const repeatLeftMs = ageMs < 0 ? 0 : Math.max(0, REFUND_REPEAT_LIFE_MS - ageMs);
    return {
      refund,
      order,
      orderFen,
      refundFen,
      platform,
      isAccepted: outcome === 'accepted',
      unresolvedTold: { voice: told.has(tellings.voice), slip: told.has(tellings.slip) },
      repeatLeftMs,
      denialFinalAfterMs: Math.max(denialMs, DENIAL_AFTER_RESTART_MS),
    };
  });
}

/** Refunds whose present state nobody was told of (M7). */
export function owedRefunds({ journal }: Pick<PaymentDesk, 'journal'>): OwedRefundTelling[] {
  return journal.ledger.unfinishedRefunds().flatMap((known: LedgerRefund) => {
    const { intent, outcome, told } = known;
    if (outcome === null) return [];
    const { refund, order, platform, orderFen, refundFen } = intent;
    const owed = owedRefundTellings(refund, outcome);
    const voice = told.has(owed.voice) ? null : owed.voice;
    const slip = owed.slip === null || told.has(owed.slip) ? null : owed.slip;
    return voice === null && slip === null
      ? []
      : [{ refund, order, outcome, platform, orderFen, refundFen, voice, slip }];
  });
}

/** Unknown refunds that were not told as such; whether they are to be told yet, their charts know. */
export function untoldUnknownRefunds({ journal }: Pick<PaymentDesk, 'journal'>): OwedRefundTelling[] {
  return journal.ledger.openRefunds().flatMap(({ intent, outcome, told }) => {
    if (outcome !== null) return [];
    const { refund, order, platform, orderFen, refundFen } = intent;
    const tellings = unresolvedRefundTellings(refund);
    const voice = told.has(tellings.voice) ? null : tellings.voice;
    const slip = told.has(tellings.slip) ? null : tellings.slip;
    const about = { refund, order, outcome: 'unresolved' as const, platform, orderFen, refundFen };
    return voice === null && slip === null ? [] : [{ ...about, voice, slip }];
  });
}

function intentOf({ journal }: PaymentDesk, refund: string): RefundIntent {
  const known = journal.ledger.refund(refund);
  if (known === undefined) throw new Error('a refund that the journal does not hold cannot be sent or queried');
  return known.intent;
}

/** The one that the refund was made with: it is asked for with the key that it was signed with. */
function configurationOf(desk: PaymentDesk, id: string): DeviceConfiguration {
  const configuration = desk.parts.settings.configuration(id);
  if (configuration !== null) return configuration;
  throw new TerminalFailure('configuration.missing', 'the configuration that this refund was made with is not kept');
}

function currentConfiguration({ parts }: PaymentDesk): DeviceConfiguration {
  const { configuration } = parts.settings.current();
  if (configuration !== null) return configuration;
  throw new TerminalFailure('configuration.missing', 'the terminal is not configured');
}

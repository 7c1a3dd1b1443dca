import { fromPromise } from 'xstate';
import type { DeviceConfiguration } from '../domain/device-configuration.ts';
import { TerminalFailure } from '../domain/failure.ts';
import type { OrderIntent } from '../domain/journal-record.ts';
import { closingOf, ORDER_LIFE_MS, type Closing } from '../domain/order-life.ts';
import type { Domain, PreparedPayment } from '../domain/payment-gateway.ts';
import type { SaleCheck } from '../machines/cashier-view.ts';
import type { PayAnswer, PaymentVerdict, QueryAnswer, RecoveredOrder, Sale } from '../machines/payment-order.ts';
import { asClerk } from './as-clerk.ts';
import type { GatewayCalls } from './gateway-calls.ts';
import type { OrderNumbers } from './order-numbers.ts';
import { CUSTOMER_CODE_LIFE_MS, type ScanDoor } from './scan-door.ts';
import type { TerminalJournal } from './terminal-journal.ts';
import type { TerminalParts } from './terminal-parts.ts';
import { unresolvedTellings } from '../domain/ledger.ts';

/** More unresolved orders than this say that something is badly wrong: selling on would only add to them. */
const UNRESOLVED_MAX = 200;
/**
 * After a restart a "no such order" must hold at least this long again, whatever the wall clock says (M8): a request that was under way
 * when the power went can reach the gateway up to a minute later, and the order it makes may live for two.
 */
const DENIAL_AFTER_RESTART_MS = 180_000;

/** What payments and refunds are made with. */
export interface PaymentDesk {
  readonly parts: TerminalParts;
  readonly journal: TerminalJournal;
  readonly numbers: OrderNumbers;
  readonly calls: GatewayCalls;
  readonly door: ScanDoor;
}

interface Prepared {
  readonly payment: PreparedPayment;
  readonly expiresAtMs: number;
}

/** What the payment charts ask for: the intent before the request, one attempt, one query, the result. */
export function paymentPorts(desk: PaymentDesk) {
  const { parts, journal, calls } = desk;
  const prepared = new Map<string, Prepared>();

  const submit = async (order: string, tried: readonly Domain[], signal: AbortSignal): Promise<PayAnswer> => {
    const kept = prepared.get(order);
    if (kept === undefined) throw new Error('a payment that was not prepared cannot be submitted');
    return calls.attempt((call) => parts.gateway.pay(kept.payment, call), { signal, tried, about: order });
  };

  const query = (order: string, sawOldNumbering: boolean, signal: AbortSignal): Promise<QueryAnswer> => {
    const intent = intentOf(journal, order);
    const ageMs = parts.clock.wallMs() - intent.at;
    // The code is worthless after its life; the bytes that hold it need not stay in memory.
    if ((prepared.get(order)?.expiresAtMs ?? 0) < parts.clock.monotonicMs()) prepared.delete(order);
    const asked = {
      order,
      platform: intent.platform,
      amountFen: intent.amountFen,
      evidence: { recordedPaid: false, sawOldNumbering, lifeOver: ageMs > ORDER_LIFE_MS },
      configuration: configurationOf(parts, intent.configuration),
    };
    return asClerk(intent.staffId, (staffId) =>
      calls.attempt<QueryAnswer>((call) => parts.gateway.queryOrder({ ...asked, staffId }, call), {
        signal,
        about: order,
      }),
    );
  };

  return {
    recordIntent: fromPromise<{ order: string; closes?: Closing }, { sale: Sale; slot: string }>(({ input }) =>
      Promise.resolve(recordIntent(desk, input.sale, prepared)),
    ),
    submit: fromPromise<PayAnswer, { order: string; tried: readonly Domain[] }>(({ input, signal }) =>
      submit(input.order, input.tried, signal),
    ),
    queryOrder: fromPromise<QueryAnswer, { order: string; sawOldNumbering: boolean }>(({ input, signal }) =>
      query(input.order, input.sawOldNumbering, signal),
    ),
    recordResult: fromPromise<void, { order: string; verdict: PaymentVerdict }>(({ input }) => {
      journal.record([{ type: 'ORDER_RESULT', order: input.order, ...input.verdict }], { flush: true });
      prepared.delete(input.order);
      return Promise.resolve();
    }),
  };
}

/** M1: number, amount, platform and the code's hash are durable when this returns; nothing has been sent. */
function recordIntent(
  desk: PaymentDesk,
  sale: Sale,
  prepared: Map<string, Prepared>,
): { order: string; closes: Closing } {
  const { parts, journal, numbers, door } = desk;
  const { configuration, staff } = parts.settings.current();
  const customerCode = door.codes.take(sale.codeRef);
  if (configuration === null) throw new TerminalFailure('configuration.missing', 'the terminal is not configured');
  if (customerCode === undefined) throw new Error('the customer code is gone');
  const { number, facts } = numbers.reserve(configuration.orderPrefix, 'order');
  const staffId = staff?.id ?? null;
  const { amountFen, platform } = sale;
  const payment = parts.gateway.preparePayment({
    order: number,
    amountFen,
    platform,
    customerCode,
    staffId,
    configuration,
  });
  const intent: OrderIntent = {
    type: 'ORDER_INTENT',
    order: number,
    amountFen,
    platform,
    codeHash: door.hashOf(customerCode),
    configuration: configuration.id,
    staffId,
    windowEndsAtMs: parts.clock.wallMs() + parts.config.payment.windowMs,
  };
  journal.record([...facts, intent], { flush: true });
  door.rememberUse(intent.codeHash);
  prepared.set(number, { payment, expiresAtMs: parts.clock.monotonicMs() + CUSTOMER_CODE_LIFE_MS });
  return { order: number, closes: closingOf(parts.clock.wallMs(), parts.utcOffsetMinutes) };
}

/** Judges an amount before a code is asked for. */
export function checkSale({ parts, journal }: Pick<PaymentDesk, 'parts' | 'journal'>, amountFen: number): SaleCheck {
  const { ledger } = journal;
  if (parts.settings.current().configuration === null) return { kind: 'refused', reason: 'unconfigured', detail: '' };
  if (parts.config.subTerminalType === null) return { kind: 'refused', reason: 'no-sub-terminal-type', detail: '' };
  if (!journal.isOpen) return { kind: 'refused', reason: 'storage-failed', detail: '' };
  const open = ledger.openOrders().length;
  if (open >= UNRESOLVED_MAX) return { kind: 'refused', reason: 'too-many-unresolved', detail: String(open) };
  const same = ledger.unresolvedOfAmount(amountFen);
  return same === undefined ? { kind: 'ok' } : { kind: 'confirm', order: same.intent.order };
}

/** The payments that the journal holds open, as the charts resume them (M8: what is left of each deadline). */
export function openOrders({ parts, journal }: Pick<PaymentDesk, 'parts' | 'journal'>): RecoveredOrder[] {
  const { windowMs } = parts.config.payment;
  const { notFoundFinalAfterMs } = parts.config.reconcile;
  const now = parts.clock.wallMs();
  return journal.ledger.openOrders().map(({ intent, told }) => {
    const tellings = unresolvedTellings(intent.order);
    const untilWindowEnds = intent.windowEndsAtMs - now;
    // A clock that was set back must not lengthen a window, nor one set forward end a denial early.
    const windowRemainingMs = Math.min(Math.max(untilWindowEnds, 0), windowMs);
    const denialLeft = Math.max(
      untilWindowEnds + notFoundFinalAfterMs,
      Math.min(DENIAL_AFTER_RESTART_MS, notFoundFinalAfterMs),
    );
    return {
      order: intent.order,
      amountFen: intent.amountFen,
      platform: intent.platform,
      closes: closingOf(intent.at, parts.utcOffsetMinutes),
      windowRemainingMs,
      unresolvedTold: { voice: told.has(tellings.voice), slip: told.has(tellings.slip) },
      denialFinalAfterMs: Math.min(denialLeft, windowMs + notFoundFinalAfterMs),
    };
  });
}

function intentOf(journal: TerminalJournal, order: string): OrderIntent & { readonly at: number } {
  const known = journal.ledger.order(order);
  if (known === undefined) throw new Error('an order that the journal does not hold cannot be queried');
  return known.intent;
}

function configurationOf(parts: TerminalParts, id: string): DeviceConfiguration {
  const configuration = parts.settings.configuration(id);
  if (configuration === null) {
    throw new TerminalFailure('configuration.missing', 'the configuration that this order was made with is not kept');
  }
  return configuration;
}

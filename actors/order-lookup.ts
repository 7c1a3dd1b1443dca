import type { DeviceConfiguration } from '../domain/device-configuration.ts';
import { foundOrder, type FoundOrder } from '../domain/found-order.ts';
import type { LedgerOrder } from '../domain/ledger.ts';
import type {
  CallTrace,
  Domain,
  GatewayCall,
  NotSent,
  OrderFacts,
  OrderQuery,
  RefundFacts,
  Unknown,
} from '../domain/payment-gateway.ts';
import { recogniseScan } from '../domain/recognise-scan.ts';
import { localTimeText } from '../domain/slips/local-time.ts';
import type { LookUp, NumberReading, WantedNumber } from '../machines/order-lookup.ts';
import { asClerk } from './as-clerk.ts';
import { authoritiesSet } from './refund-authority.ts';
import type { PaymentDesk } from './payment-ports.ts';

/** Life of an order at the gateway (§5): afterwards it can no longer be waiting for its customer. */
const ORDER_LIFE_MS = 120_000;
/** Answers that prove nothing before the cashier is told that nobody answers. */
const UNKNOWN_MAX = 2;
/** Found orders that are kept for their slips. */
const KEPT_MAX = 64;

type Found = Extract<Awaited<ReturnType<PaymentDesk['parts']['gateway']['queryOrder']>>, { kind: string }>;

/** Finds orders of the shop: at the gateway, in the own journal, and by the numbers of own refunds (A5). */
export class OrderLookup {
  readonly #desk: PaymentDesk;
  readonly #kept = new Map<string, FoundOrder>();

  constructor(desk: PaymentDesk) {
    this.#desk = desk;
  }

  /** An order that was looked up in this process life, e.g. one of another terminal whose slip is wanted. */
  found(order: string): FoundOrder | undefined {
    return this.#kept.get(order);
  }

  /** Names what was typed; never throws for what it holds. */
  readTyped(typed: string): NumberReading {
    const { settings, config } = this.#desk.parts;
    const orderPrefix = settings.current().configuration?.orderPrefix ?? null;
    const scan = recogniseScan(typed, { domains: config.gateway.domains, orderPrefix });
    if (scan.kind === 'order') return { kind: 'wanted', wanted: { number: scan.number, of: scan.of } };
    if (scan.kind !== 'order-refused') return { kind: 'rejected', note: 'not-an-order' };
    return { kind: 'rejected', note: scan.reason === 'check-digit' ? 'check-digit' : 'foreign-order' };
  }

  /** Asks the gateway; without it the own journal answers, and says so. */
  async lookUp(wanted: WantedNumber, forRefund: boolean, signal: AbortSignal): Promise<LookUp> {
    const { parts, journal } = this.#desk;
    await this.#recall(wanted, signal);
    const order = wanted.of === 'order' ? wanted.number : journal.ledger.refund(wanted.number)?.intent.order;
    if (order === undefined) return { kind: 'foreign-refund' };
    const own = journal.ledger.order(order);
    const configuration = this.#configurationOf(own);
    if (configuration === null) return { kind: 'refused', reason: 'unconfigured' };
    if (parts.config.subTerminalType === null) return { kind: 'refused', reason: 'no-sub-terminal-type' };
    if (forRefund && !journal.isOpen) return { kind: 'refused', reason: 'storage-failed' };
    let query = this.#queryOf(order, own, configuration);
    const answer = await asClerk(query.staffId, (staffId) => {
      query = { ...query, staffId };
      return this.#ask<Found>((call) => parts.gateway.queryOrder(query, call), signal);
    });
    switch (answer.kind) {
      case 'order':
        return this.#foundAt(query, answer, own, signal);
      case 'not-found':
        return own === undefined ? { kind: 'not-found', number: wanted.number } : this.#here(order, own);
      case 'refused':
      case 'unknown':
      case 'not-sent':
        return own === undefined ? { kind: 'refused', reason: 'gateway-unreachable' } : this.#here(order, own);
    }
  }

  /** An order of this very terminal that is older than what memory holds is read back from the journal, with its refunds. */
  async #recall(wanted: WantedNumber, signal: AbortSignal): Promise<void> {
    const { parts, journal, numbers } = this.#desk;
    const prefix = parts.settings.current().configuration?.orderPrefix ?? '';
    if (wanted.of === 'order' && numbers.isOwn(wanted.number, prefix))
      await journal.recall(wanted.number, null, signal);
  }

  #configurationOf(own: LedgerOrder | undefined): DeviceConfiguration | null {
    const { settings } = this.#desk.parts;
    const kept = own === undefined ? null : settings.configuration(own.intent.configuration);
    return kept ?? settings.current().configuration;
  }

  #queryOf(order: string, own: LedgerOrder | undefined, configuration: DeviceConfiguration): OrderQuery {
    const { parts } = this.#desk;
    return {
      order,
      platform: own?.intent.platform ?? null,
      amountFen: own?.intent.amountFen ?? null,
      evidence: {
        recordedPaid: own?.result?.outcome === 'paid',
        sawOldNumbering: false,
        lifeOver: own !== undefined && parts.clock.wallMs() - own.intent.at > ORDER_LIFE_MS,
      },
      staffId: parts.settings.current().staff?.id ?? null,
      configuration,
    };
  }

  async #foundAt(
    query: OrderQuery,
    facts: OrderFacts,
    own: LedgerOrder | undefined,
    signal: AbortSignal,
  ): Promise<LookUp> {
    const wasPaid = facts.state === 'paid' || facts.state === 'refunded' || facts.state === 'finished';
    const known: OrderQuery = { ...query, platform: facts.platform, amountFen: facts.amountFen };
    const [detail, refunds] = wasPaid
      ? await Promise.all([this.#detailOf(known, facts, signal), this.#refundsOf(known, signal)])
      : [null, null];
    const found = this.#completed(query.order, own, detail ?? facts, detail?.refundedFen ?? null, refunds);
    if (own === undefined) this.#recordSeen(facts, found.gatewayRefundedFen);
    return this.#answerOf(found);
  }

  async #detailOf(query: OrderQuery, facts: OrderFacts, signal: AbortSignal): Promise<OrderFacts | null> {
    const { gateway, clock } = this.#desk.parts;
    const createdAtMs = facts.createdAtMs ?? clock.wallMs();
    // Paid, as this very look-up has just heard: the numbering of the states cannot mislead any more.
    const evidence = { ...query.evidence, recordedPaid: true };
    const answer = await this.#ask<Found>(
      (call) => gateway.orderDetail({ ...query, evidence, createdAtMs }, call),
      signal,
    );
    return answer.kind === 'order' ? answer : null;
  }

  async #refundsOf(query: OrderQuery, signal: AbortSignal): Promise<readonly RefundFacts[] | null> {
    const { order, platform, staffId, configuration } = query;
    const { gateway } = this.#desk.parts;
    const answer = await this.#ask<Awaited<ReturnType<typeof gateway.queryRefunds>>>(
      (call) => gateway.queryRefunds({ order, refund: null, platform, staffId, configuration }, call),
      signal,
    );
    return answer.kind === 'refunds' ? answer.refunds : null;
  }

  /** What the own journal knows. */
  #here(order: string, own: LedgerOrder): LookUp {
    return this.#answerOf(this.#completed(order, own, null, null, null));
  }

  #completed(
    order: string,
    own: LedgerOrder | undefined,
    gateway: OrderFacts | null,
    detailRefundedFen: number | null,
    gatewayRefunds: readonly RefundFacts[] | null,
  ): FoundOrder {
    const ownRefunds = this.#desk.journal.ledger.refundsOf(order);
    return foundOrder({ own, ownRefunds, gateway, detailRefundedFen, gatewayRefunds });
  }

  #answerOf(found: FoundOrder): LookUp {
    const { parts } = this.#desk;
    const authorities = authoritiesSet(parts.settings);
    this.#kept.delete(found.order);
    this.#kept.set(found.order, found);
    if (this.#kept.size > KEPT_MAX) for (const oldest of [...this.#kept.keys()].slice(0, 1)) this.#kept.delete(oldest);
    return {
      kind: 'found',
      found,
      at: found.atMs === null ? '' : localTimeText(found.atMs, parts.utcOffsetMinutes),
      needsPin: authorities.length > 0,
      authorities,
    };
  }

  /** Nothing is lost when this record fails: it only spares the lists a question. */
  #recordSeen(facts: OrderFacts, refundedFen: number | null): void {
    const { journal, parts } = this.#desk;
    if (!journal.isOpen) return;
    const { order, amountFen, platform, state } = facts;
    try {
      journal.record([{ type: 'ORDER_SEEN', order, amountFen, platform, state, refundedFen }], { flush: false });
    } catch (error) {
      parts.log.error(
        { reason: error instanceof Error ? error.message : String(error) },
        'an order seen is not recorded',
      );
    }
  }

  /** Over the domains while no connection stands; what was asked and not answered is asked once more. Queries may be repeated freely. */
  async #ask<Answer extends { readonly kind: string; readonly trace: CallTrace }>(
    operation: (call: GatewayCall) => Promise<Answer | Unknown | NotSent>,
    signal: AbortSignal,
  ): Promise<Answer | Unknown | NotSent> {
    const { calls, parts } = this.#desk;
    const tried: Domain[] = [];
    for (let unknowns = 0; ;) {
      const answer = await calls.attempt<Answer>(operation, { signal, tried });
      if (answer.kind === 'unknown') unknowns += 1;
      else if (answer.kind !== 'not-sent') return answer;
      tried.push(answer.trace.domain);
      const mustWait = 'waitMs' in answer && typeof answer.waitMs === 'number' && answer.waitMs > 0;
      const isLast = tried.length >= parts.config.gateway.domains.length || unknowns >= UNKNOWN_MAX;
      if (isLast || mustWait || signal.aborted) return answer;
    }
  }
}

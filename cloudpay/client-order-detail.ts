import type { NotFound, NotSent, OrderDetailQuery, OrderFacts, Refused, Unknown } from '../domain/payment-gateway.ts';
import type { Clock } from '../hal/clock/contract.ts';
import type { Random } from '../hal/random/contract.ts';
import { sealed, shaped, unknown, type Exchanged } from './gateway-exchange.ts';
import { orderFacts } from './order-facts.ts';
import { nonce } from './request-parts.ts';
import { OrderContentSchema } from './schemas/order-content.ts';
import { OrderDetailAnswerSchema, OrderDetailRowSchema } from './schemas/order-detail.ts';

const PAGE_SIZE = 5;
const PAGES_MAX = 10;
const WINDOW_S = 60;
const ORDERS_ONLY = 1;
/** A cashier waits for the result, so a slow gateway is not paged through to the end. */
const SEARCH_MS_MAX = 20_000;

type Found = OrderFacts | NotFound | Refused | Unknown | NotSent;

/**
 * Searches client_order_detail for one order: the interface has no filter by number, so the minute around the order's creation
 * is paged through (§7.8). An order that is not among the rows is `unknown`: its absence proves nothing.
 */
export async function findOrderDetail(
  query: OrderDetailQuery,
  { clock, random, signal }: { readonly clock: Clock; readonly random: Random; readonly signal: AbortSignal },
  send: (body: string) => Promise<Exchanged>,
): Promise<Found> {
  const startedMs = clock.monotonicMs();
  for (let page = 1; ; page += 1) {
    const exchanged = await send(detailBody(query, page, random));
    if (exchanged.kind === 'already-done') return unknown('the answer does not belong to a query', exchanged.trace);
    if (exchanged.kind !== 'accepted') return exchanged;
    const answer = shaped(OrderDetailAnswerSchema, exchanged.content)?.order_detail_query;
    if (answer === undefined) return unknown('the answer has no readable list', exchanged.trace);
    const row = answer.order_details.map(orderContentOf).find((content) => content?.out_trade_no === query.order);
    if (row != null) return detailFacts(row, query, exchanged);
    const isLast = page * PAGE_SIZE >= answer.total_count || answer.order_details.length === 0;
    if (isLast) return unknown('the order is not among the orders of its minute', exchanged.trace);
    if (page === PAGES_MAX) return unknown(`the order is not on the first ${PAGES_MAX} pages`, exchanged.trace);
    if (clock.monotonicMs() - startedMs > SEARCH_MS_MAX) return unknown('the search took too long', exchanged.trace);
    if (signal.aborted) return unknown('cancelled while searching', exchanged.trace);
  }
}

function detailBody(query: OrderDetailQuery, page: number, random: Random): string {
  const { configuration } = query;
  const createdS = Math.floor(query.createdAtMs / 1000);
  const content = {
    out_sub_mch_id: configuration.outSubMchId,
    out_shop_id: configuration.outShopId,
    query_order_type: ORDERS_ONLY,
    start_time: createdS - WINDOW_S,
    end_time: createdS + WINDOW_S,
    page_num: page,
    page_size: PAGE_SIZE,
    nonce_str: nonce(random),
  };
  return sealed(content, configuration);
}

function orderContentOf(row: unknown) {
  return shaped(OrderDetailRowSchema, row)?.receipt.order.order_content;
}

function detailFacts(
  row: unknown,
  query: OrderDetailQuery,
  exchanged: Extract<Exchanged, { kind: 'accepted' }>,
): Found {
  const content = shaped(OrderContentSchema, row);
  if (content === null) return unknown('the order in the list is not readable', exchanged.trace);
  const facts = orderFacts(content, query, query.evidence, exchanged.trace);
  if (typeof facts === 'string') return unknown(facts, exchanged.trace);
  // Unset optionals are left out on this wire, and this is the one interface that would name a refund of a paid order.
  return facts.refundedFen === null && facts.state === 'paid' ? { ...facts, refundedFen: 0 } : facts;
}

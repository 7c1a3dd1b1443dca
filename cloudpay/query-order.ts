import type { NotFound, NotSent, OrderFacts, OrderQuery, Refused, Unknown } from '../domain/payment-gateway.ts';
import type { Random } from '../hal/random/contract.ts';
import { sealed, shaped, unknown, type Exchanged } from './gateway-exchange.ts';
import type { TerminalIdentity } from './identity.ts';
import { orderFacts } from './order-facts.ts';
import { CARD_PAY, nonce, orderClient, queriedMerchantKey } from './request-parts.ts';
import { QueryOrderAnswerSchema } from './schemas/order-content.ts';

/** The sealed request of query_order (§7.5). */
export function queryOrderBody(query: OrderQuery, identity: TerminalIdentity, random: Random): string {
  const { configuration } = query;
  const content = {
    pay_mch_key: queriedMerchantKey(configuration, query.platform),
    order_client: orderClient(identity, configuration, query.staffId),
    out_trade_no: query.order,
    trade_type: CARD_PAY,
    nonce_str: nonce(random),
  };
  return sealed(content, configuration);
}

/** The order that an answer tells of, bound to the number and amount that were asked for; else unknown. */
export function queryOrderAnswer(
  query: OrderQuery,
  exchanged: Exchanged,
): OrderFacts | NotFound | Refused | Unknown | NotSent {
  if (exchanged.kind === 'already-done') return unknown('the answer does not belong to a query', exchanged.trace);
  if (exchanged.kind !== 'accepted') return exchanged;
  const answer = shaped(QueryOrderAnswerSchema, exchanged.content);
  if (answer === null) return unknown('the answer has no readable order', exchanged.trace);
  const facts = orderFacts(answer.query_order.order_content, query, query.evidence, exchanged.trace);
  return typeof facts === 'string' ? unknown(facts, exchanged.trace) : facts;
}

import type { PaymentGateway, RefundFacts, RefundQuery } from '../domain/payment-gateway.ts';
import type { Random } from '../hal/random/contract.ts';
import { sealed, shaped, unknown, type Exchanged } from './gateway-exchange.ts';
import type { TerminalIdentity } from './identity.ts';
import { refundFacts } from './refund-facts.ts';
import { nonce, orderClient, queriedMerchantKey } from './request-parts.ts';
import { QueryRefundAnswerSchema } from './schemas/refund-content.ts';

/** The sealed request of query_refund_order (§7.7); without a refund number it asks for all refunds of the order. */
export function queryRefundBody(query: RefundQuery, identity: TerminalIdentity, random: Random): string {
  const { configuration } = query;
  const content = {
    pay_mch_key: queriedMerchantKey(configuration, query.platform),
    order_client: orderClient(identity, configuration, query.staffId),
    out_trade_no: query.order,
    ...(query.refund === null ? {} : { out_refund_no: query.refund }),
    nonce_str: nonce(random),
  };
  return sealed(content, configuration);
}

/** A signed "no refund" (internal status 426) is an empty list. One row that does not belong makes the whole answer worthless. */
export function queryRefundAnswer(
  query: RefundQuery,
  exchanged: Exchanged,
): Awaited<ReturnType<PaymentGateway['queryRefunds']>> {
  const { trace } = exchanged;
  if (exchanged.kind === 'not-found') return { kind: 'refunds', refunds: [], trace };
  if (exchanged.kind === 'already-done') return unknown('the answer does not belong to a query', trace);
  if (exchanged.kind !== 'accepted') return exchanged;
  const rows = shaped(QueryRefundAnswerSchema, exchanged.content)?.query_refund_order.refund_order_content;
  if (rows === undefined) return unknown('the answer has no readable refunds', trace);
  const refunds: RefundFacts[] = [];
  for (const row of rows) {
    const facts = refundFacts(row, query, trace);
    if (typeof facts === 'string') return unknown(facts, trace);
    refunds.push(facts);
  }
  return { kind: 'refunds', refunds, trace };
}

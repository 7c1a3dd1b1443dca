import type { NotSent, RefundFacts, RefundRequest, Refused, Unknown } from '../domain/payment-gateway.ts';
import type { Random } from '../hal/random/contract.ts';
import { sealed, shaped, unknown, type Exchanged } from './gateway-exchange.ts';
import type { TerminalIdentity } from './identity.ts';
import { refundFacts } from './refund-facts.ts';
import { merchantKey, nonce, orderClient } from './request-parts.ts';
import { RefundAnswerSchema } from './schemas/refund-content.ts';

/** The sealed request of refund (§7.6). */
export function refundBody(request: RefundRequest, identity: TerminalIdentity, random: Random): string {
  const { configuration } = request;
  const content = {
    pay_mch_key: merchantKey(configuration, request.platform),
    refund_content: {
      out_trade_no: request.order,
      out_refund_no: request.refund,
      total_fee: request.orderFen,
      refund_fee: request.refundFen,
      refund_fee_type: 'CNY',
    },
    order_client: orderClient(identity, configuration, request.staffId),
    nonce_str: nonce(random),
  };
  return sealed(content, configuration);
}

/** Status 0 is accepted, not refunded: the facts carry the refund's own state. */
export function refundAnswer(request: RefundRequest, exchanged: Exchanged): RefundFacts | Refused | Unknown | NotSent {
  if (exchanged.kind === 'not-found' || exchanged.kind === 'already-done') {
    return unknown('the answer does not belong to a refund', exchanged.trace);
  }
  if (exchanged.kind !== 'accepted') return exchanged;
  const [content] = shaped(RefundAnswerSchema, exchanged.content)?.refund.refund_order_content ?? [];
  if (content === undefined) return unknown('the accepted refund is not readable', exchanged.trace);
  const facts = refundFacts(content, request, exchanged.trace);
  return typeof facts === 'string' ? unknown(facts, exchanged.trace) : facts;
}

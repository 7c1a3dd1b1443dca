import { NO_EVIDENCE, type OrderFacts, type PayRequest, type PreparedPayment } from '../domain/payment-gateway.ts';
import type { NotSent, Refused, Unknown } from '../domain/payment-gateway.ts';
import { Secret } from '../domain/secret.ts';
import type { Random } from '../hal/random/contract.ts';
import { sealed, shaped, unknown, type Exchanged } from './gateway-exchange.ts';
import type { TerminalIdentity } from './identity.ts';
import { orderFacts } from './order-facts.ts';
import { clippedToBytes, merchantKey, nonce, orderClient } from './request-parts.ts';
import { MicroPayAnswerSchema } from './schemas/order-content.ts';

const ORDER_NUMBER = /^[0-9A-Za-z]{1,32}$/;

/**
 * The exact bytes of a pay request (§7.4).
 * @throws RangeError for an amount or an order number that no caller may come with.
 */
export function preparePayment(request: PayRequest, identity: TerminalIdentity, random: Random): PreparedPayment {
  const { order, amountFen, platform, configuration } = request;
  if (!Number.isSafeInteger(amountFen) || amountFen <= 0) throw new RangeError(`not an amount to charge: ${amountFen}`);
  if (!ORDER_NUMBER.test(order)) throw new RangeError(`not an order number: ${order}`);
  const content = {
    pay_mch_key: merchantKey(configuration, platform),
    pay_content: {
      out_trade_no: order,
      author_code: request.customerCode.reveal(),
      total_fee: amountFen,
      fee_type: 'CNY',
      body: clippedToBytes(configuration.shopName || configuration.deviceName || configuration.outShopId, 128),
    },
    order_client: orderClient(identity, configuration, request.staffId),
    nonce_str: nonce(random),
  };
  return { order, amountFen, platform, configuration, body: new Secret(sealed(content, configuration)) };
}

/** The outcome is the order's state, never the status (§7.4). */
export function payAnswer(payment: PreparedPayment, exchanged: Exchanged): OrderFacts | Refused | Unknown | NotSent {
  if (exchanged.kind === 'not-found' || exchanged.kind === 'already-done') {
    return unknown('the answer does not belong to a payment', exchanged.trace);
  }
  if (exchanged.kind !== 'accepted') return exchanged;
  const answer = shaped(MicroPayAnswerSchema, exchanged.content);
  if (answer === null) return unknown('the accepted payment has no readable order', exchanged.trace);
  const facts = orderFacts(answer.micro_pay.order_content, payment, NO_EVIDENCE, exchanged.trace);
  return typeof facts === 'string' ? unknown(facts, exchanged.trace) : facts;
}

import type { DeviceConfiguration } from '../domain/device-configuration.ts';
import type { GatewayCall, PaymentGateway } from '../domain/payment-gateway.ts';
import { TerminalFailure } from '../domain/failure.ts';
import type { Clock } from '../hal/clock/contract.ts';
import type { Random } from '../hal/random/contract.ts';
import type { Operation } from './classify.ts';
import { findOrderDetail } from './client-order-detail.ts';
import { exchange } from './gateway-exchange.ts';
import type { TerminalIdentity } from './identity.ts';
import { payAnswer, preparePayment } from './micro-pay.ts';
import { monitorBody } from './monitor-upload.ts';
import { ping } from './ping.ts';
import { queryOrderAnswer, queryOrderBody } from './query-order.ts';
import { orderListAnswer, orderListBody } from './query-order-list.ts';
import { overviewAnswer, overviewBody } from './query-order-list-overview.ts';
import { queryRefundAnswer, queryRefundBody } from './query-refund-order.ts';
import { refundAnswer, refundBody } from './refund.ts';
import { findShopStaff } from './shop-staff.ts';
import type { Transport } from './transport.ts';
import { doneAnswer, unbindBody } from './unbind-device.ts';
import { fetchConfiguration } from './use-device-setting.ts';

/** What reaches the gateway, and who the terminal is to it. */
export interface CloudPayOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly identity: TerminalIdentity;
}

/**
 * Tencent Cloud Pay as a terminal's payment gateway: each method is one interface (§7), one attempt on one domain.
 * Methods reject only with a TerminalFailure `configuration.*`: no sub terminal type, or an authentication type not spoken here.
 * @throws TerminalFailure `configuration.invalid` for an identity that the gateway would refuse.
 */
export function createCloudPay({ transport, clock, random, identity }: CloudPayOptions): PaymentGateway {
  assertUsable(identity);
  const send = (
    operation: Operation,
    body: string,
    configuration: DeviceConfiguration,
    order: string | null,
    call: GatewayCall,
  ) => exchange(transport, operation, body, configuration, { order }, call);

  return {
    preparePayment: (request) => preparePayment(request, identity, random),
    async pay(payment, call) {
      const { configuration, order } = payment;
      return payAnswer(payment, await send('micro_pay', payment.body.reveal(), configuration, order, call));
    },
    async queryOrder(query, call) {
      const body = queryOrderBody(query, identity, random);
      return queryOrderAnswer(query, await send('query_order', body, query.configuration, query.order, call));
    },
    orderDetail: (query, call) =>
      findOrderDetail(query, { clock, random, signal: call.signal }, (body) =>
        send('client_order_detail', body, query.configuration, null, call),
      ),
    async refund(request, call) {
      const body = refundBody(request, identity, random);
      return refundAnswer(request, await send('refund', body, request.configuration, null, call));
    },
    async queryRefunds(query, call) {
      const body = queryRefundBody(query, identity, random);
      return queryRefundAnswer(query, await send('query_refund_order', body, query.configuration, null, call));
    },
    async listOrders(query, call) {
      const body = orderListBody(query, random);
      return orderListAnswer(await send('query_order_list', body, query.configuration, null, call));
    },
    async overview(query, call) {
      const body = overviewBody(query, random);
      return overviewAnswer(await send('query_order_list_overview', body, query.configuration, null, call));
    },
    shopStaff: (configuration, call) =>
      findShopStaff(configuration, random, (body) => send('query_sub_mch_shop_info', body, configuration, null, call)),
    fetchConfiguration: (ticket, sn, call) => fetchConfiguration(transport, ticket, sn, call),
    async unbind(configuration, sn, call) {
      const body = unbindBody(configuration, sn, random);
      return doneAnswer(await send('unbind_device_sn_code', body, configuration, null, call));
    },
    async uploadMonitoring(report, call) {
      const body = monitorBody(report, identity, random);
      return doneAnswer(await send('upload_client_monitor_info', body, report.configuration, null, call));
    },
    ping: (call) => ping(transport, call),
    warmUp: ({ domain, signal }) => transport.warmUp(domain, signal),
    close: () => transport.close(),
  };
}

function assertUsable(identity: TerminalIdentity): void {
  const wrong = (what: string) => new TerminalFailure('configuration.invalid', what);
  if (identity.sn.length < 1 || identity.sn.length > 64) throw wrong('the serial number must have 1 to 64 characters');
  if (identity.sdkVersion.length < 1 || identity.sdkVersion.length > 10) {
    throw wrong('the SDK version must have 1 to 10 characters');
  }
}

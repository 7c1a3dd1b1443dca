import type { DeviceConfiguration } from '../domain/device-configuration.ts';
import type { Overview, PaymentGateway, Span } from '../domain/payment-gateway.ts';
import type { Platform } from '../domain/platform.ts';
import type { Random } from '../hal/random/contract.ts';
import { sealed, shaped, unknown, type Exchanged } from './gateway-exchange.ts';
import { platformOf } from './query-order-list.ts';
import { nonce } from './request-parts.ts';
import { OverviewAnswerSchema } from './schemas/order-list.ts';

type Total = Overview['totals'][number];

const PAYMENTS_AND_REFUNDS = 3;

/** The sealed request of query_order_list_overview (§7.10), for the shop, one of its clerks or one of its devices. */
export function overviewBody(
  query: {
    readonly configuration: DeviceConfiguration;
    readonly span: Span;
    readonly staffId: string | null;
    readonly deviceId?: string | null;
  },
  random: Random,
): string {
  const { configuration, span, staffId, deviceId = null } = query;
  const content = {
    out_sub_mch_id: configuration.outSubMchId,
    out_shop_id: configuration.outShopId,
    ...(staffId === null || staffId === '' ? {} : { staff_id: staffId }),
    ...(deviceId === null || deviceId === '' ? {} : { device_id: deviceId }),
    order_type: PAYMENTS_AND_REFUNDS,
    start_time: Math.floor(span.fromMs / 1000),
    end_time: Math.floor(span.toMs / 1000),
    nonce_str: nonce(random),
  };
  return sealed(content, configuration);
}

/** How the rows are grouped is not documented, so they are added up per platform. */
export function overviewAnswer(exchanged: Exchanged): Awaited<ReturnType<PaymentGateway['overview']>> {
  const { trace } = exchanged;
  if (exchanged.kind === 'not-found' || exchanged.kind === 'already-done') {
    return unknown('the answer does not belong to a summary', trace);
  }
  if (exchanged.kind !== 'accepted') return exchanged;
  const overviews = shaped(OverviewAnswerSchema, exchanged.content)?.query_order_list_overview.overviews;
  if (overviews === undefined) return unknown('the answer has no readable summary', trace);
  const totals = new Map<Platform | null, Total>();
  for (const row of overviews) {
    const platform = platformOf(row.sub_pay_platform);
    const sum = totals.get(platform);
    totals.set(platform, {
      platform,
      paidCount: (sum?.paidCount ?? 0) + row.success_count,
      paidFen: (sum?.paidFen ?? 0) + row.success_amount,
      refundedCount: (sum?.refundedCount ?? 0) + row.refund_create_count,
      refundedFen: (sum?.refundedFen ?? 0) + row.refund_create_amount,
    });
  }
  return { kind: 'overview', totals: [...totals.values()], trace };
}

import type { DeviceConfiguration } from '../domain/device-configuration.ts';
import type { PaymentGateway } from '../domain/payment-gateway.ts';
import type { Random } from '../hal/random/contract.ts';
import { sealed, shaped, unknown, type Exchanged } from './gateway-exchange.ts';
import { nonce } from './request-parts.ts';
import { ShopInfoAnswerSchema } from './schemas/shop-info.ts';

type Answer = Awaited<ReturnType<PaymentGateway['shopStaff']>>;

const PAGE_SIZE = 10;
/** A merchant of more shops than this is not searched to the end: the staff id is then kept unchecked. */
const PAGES_MAX = 20;

/** The sealed request of query_sub_mch_shop_info (§7.12). */
export function shopInfoBody(configuration: DeviceConfiguration, page: number, random: Random): string {
  const content = {
    out_mch_id: configuration.outMchId,
    out_sub_mch_id: configuration.outSubMchId,
    page_num: page,
    page_size: PAGE_SIZE,
    nonce_str: nonce(random),
  };
  return sealed(content, configuration);
}

/** Looks through the merchant's shops, page by page, for the clerks of this one. */
export async function findShopStaff(
  configuration: DeviceConfiguration,
  random: Random,
  send: (body: string) => Promise<Exchanged>,
): Promise<Answer> {
  for (let page = 1; ; page += 1) {
    const exchanged = await send(shopInfoBody(configuration, page, random));
    const { trace } = exchanged;
    if (exchanged.kind === 'not-found' || exchanged.kind === 'already-done') {
      return unknown('the answer does not belong to a list of shops', trace);
    }
    if (exchanged.kind !== 'accepted') return exchanged;
    const answer = shaped(ShopInfoAnswerSchema, exchanged.content)?.query_shop_info;
    if (answer === undefined) return unknown('the answer has no readable list of shops', trace);
    const shop = answer.shop_infos.find(({ out_shop_id: id }) => id === configuration.outShopId);
    if (shop !== undefined) {
      const clerks = shop.staff_infos.map(({ staff_id: id, staff_name: name }) => ({ id, name: name ?? null }));
      return { kind: 'staff', clerks, trace };
    }
    const wasLast = answer.shop_infos.length === 0 || page * PAGE_SIZE >= answer.total_count;
    if (wasLast || page >= PAGES_MAX) return { kind: 'staff', clerks: null, trace };
  }
}

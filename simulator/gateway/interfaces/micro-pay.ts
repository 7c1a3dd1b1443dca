import type * as v from 'valibot';
import type { Platform } from '../../../domain/platform.ts';
import { lifeOfCode, platformOfCode } from '../customer-codes.ts';
import {
  accepted,
  checked,
  clientFits,
  plainClient,
  PLATFORM_NUMBERS,
  refused,
  SHOP_MISMATCH,
  shopOf,
  wrongCall,
  type Call,
  type Desk,
  type Reply,
} from '../desk.ts';
import { ORDER_LIFE_MS, type Order } from '../order.ts';
import { microPaySchema } from '../request-schema.ts';
import { fingerprint, masked } from '../wire.ts';
import { orderContent, payMchKey } from './content.ts';

type MicroPay = v.InferOutput<typeof microPaySchema>;

/** Card pay (§7.4): the clerk scanned the customer's code. One number is charged at most once (rules 5 to 9). */
export function microPay(desk: Desk, call: Call): Reply {
  const fields = checked(microPaySchema, call.fields);
  if (!fields.ok) return fields.reply;
  const { pay_mch_key: key, pay_content: content, order_client: client } = fields.value;
  const shop = shopOf(call.merchant, key.out_shop_id);
  if (shop === undefined) return wrongCall('参数pay_mch_key.out_shop_id错误: 门店不存在');
  if (!content.out_trade_no.startsWith(call.merchant.cashierId)) {
    return wrongCall('参数pay_content.out_trade_no错误: 前缀不是cloud_cashier_id');
  }
  if (!clientFits(desk, shop, client)) return refused(104, SHOP_MISMATCH, 1, desk.nonce());
  const platform = platformOfCode(content.author_code);
  if (platform === null || PLATFORM_NUMBERS[platform] !== key.pay_platform) {
    return refused(104, '付款码与支付平台不符。', 1, desk.nonce());
  }
  const earlier = desk.book.find(call.merchant.outSubMchId, content.out_trade_no);
  if (earlier !== undefined) return repeated(desk, call, earlier, fields.value, platform);
  if (desk.settings.singleUseCodes && desk.book.firstUseOfCode(fingerprint(content.author_code)) !== undefined) {
    return refused(104, '付款码已被使用，请刷新后重试。', 1, desk.nonce());
  }
  const order = newOrder(desk, call, fields.value, platform);
  desk.book.add(order);
  return answer(desk, call, order);
}

/** Rules 7, 8 and 9. */
function repeated(desk: Desk, call: Call, earlier: Order, fields: MicroPay, platform: Platform): Reply {
  if (earlier.outShopId !== fields.pay_mch_key.out_shop_id) {
    return refused(102, '订单号已被其他门店使用，请更换订单号。', 1, desk.nonce());
  }
  const same =
    earlier.totalFen === fields.pay_content.total_fee &&
    earlier.codeFingerprint === fingerprint(fields.pay_content.author_code) &&
    earlier.platform === platform;
  if (!same) return refused(104, '订单号重复且内容不一致。', 407, desk.nonce());
  return answer(desk, call, earlier);
}

function newOrder(desk: Desk, call: Call, fields: MicroPay, platform: Platform): Order {
  const { pay_content: content, pay_mch_key: key } = fields;
  const { script } = call;
  return {
    number: content.out_trade_no,
    outSubMchId: call.merchant.outSubMchId,
    outShopId: key.out_shop_id,
    platform,
    totalFen: content.total_fee,
    codeFingerprint: fingerprint(content.author_code),
    codeMasked: masked(content.author_code),
    body: content.body,
    nonce: fields.nonce_str,
    client: plainClient(fields.order_client),
    createdMs: desk.nowMs,
    lifeMs: script?.lifeMs ?? ORDER_LIFE_MS,
    hiddenUntilMs: desk.nowMs + (script?.hiddenMs ?? 0),
    script: script?.id ?? null,
    life: script?.life ?? lifeOfCode(content.author_code),
    end: null,
    endedMs: null,
    charges: 0,
  };
}

function answer(desk: Desk, call: Call, order: Order): Reply {
  if (order.life.kind === 'refused') return refused(104, order.life.description, 1, desk.nonce());
  return accepted({
    nonce_str: desk.nonce(),
    pay_mch_key: payMchKey(call.merchant, order),
    order_content: orderContent(desk, order),
  });
}

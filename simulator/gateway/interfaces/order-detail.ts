import {
  accepted,
  checked,
  PLATFORM_NUMBERS,
  seconds,
  shopOf,
  wrongCall,
  type Call,
  type Desk,
  type Reply,
} from '../desk.ts';
import type { Shop } from '../merchant.ts';
import type { Order } from '../order.ts';
import type { Refund } from '../refund.ts';
import { orderDetailSchema } from '../request-schema.ts';
import { orderContent, refundContent } from './content.ts';

/** Devices that a shop is padded up to when `detailSize` is huge: about 20 KB a row. */
const HUGE_DEVICES = 150;

type Row = { readonly atMs: number; readonly order: Order; readonly refund: Refund | null };

/** client_order_detail (§7.8): filtered by create_time, both ends inclusive, newest first; every row repeats its shop. */
export function clientOrderDetail(desk: Desk, call: Call): Reply {
  const fields = checked(orderDetailSchema, call.fields);
  if (!fields.ok) return fields.reply;
  const query = fields.value;
  if (query.out_shop_id !== undefined && shopOf(call.merchant, query.out_shop_id) === undefined) {
    return wrongCall('参数out_shop_id错误: 门店不存在');
  }
  const fits = (order: Order, client: Readonly<Record<string, string | number>>): boolean =>
    order.outSubMchId === call.merchant.outSubMchId &&
    desk.nowMs >= order.hiddenUntilMs &&
    (query.pay_platform === undefined || PLATFORM_NUMBERS[order.platform] === query.pay_platform) &&
    (query.out_shop_id === undefined || order.outShopId === query.out_shop_id) &&
    (query.staff_id === undefined || client['staff_id'] === query.staff_id) &&
    (query.device_id === undefined || client['device_id'] === query.device_id);
  const rows: Row[] = [];
  if (query.query_order_type !== 2) {
    for (const order of desk.book.newestFirst()) {
      if (seconds(order.createdMs) < query.start_time) break;
      if (seconds(order.createdMs) <= query.end_time && fits(order, order.client)) {
        rows.push({ atMs: order.createdMs, order, refund: null });
      }
    }
  }
  if (query.query_order_type !== 1) {
    for (const refund of desk.book.newestRefundsFirst()) {
      if (seconds(refund.createdMs) < query.start_time) break;
      const order = desk.book.find(refund.outSubMchId, refund.order);
      if (order !== undefined && seconds(refund.createdMs) <= query.end_time && fits(order, refund.client)) {
        rows.push({ atMs: refund.createdMs, order, refund });
      }
    }
  }
  rows.sort((a, b) => b.atMs - a.atMs);
  const page = rows.slice((query.page_num - 1) * query.page_size, query.page_num * query.page_size);
  return accepted({
    nonce_str: desk.nonce(),
    total_count: rows.length,
    order_details: page.map((row) => detailRow(desk, call, row)),
  });
}

function detailRow(desk: Desk, call: Call, row: Row): Record<string, unknown> {
  const { order, refund } = row;
  const shop = shopOf(call.merchant, order.outShopId);
  const client = refund?.client ?? order.client;
  const staff = shop?.staff.find((one) => one.staffId === client['staff_id']);
  const mch = {
    pay_platform: PLATFORM_NUMBERS[order.platform],
    out_mch_id: call.merchant.outMchId,
    out_sub_mch_id: order.outSubMchId,
    out_shop_id: order.outShopId,
  };
  const receipt =
    refund === null
      ? {
          order: {
            order_mch: mch,
            order_content: { ...orderContent(desk, order), refunded_fee: desk.book.refundedFen(order) },
            order_client: client,
            authen_info: {},
          },
        }
      : {
          refund_order: {
            refund_order_mch: mch,
            refund_order_content: refundContent(desk, refund),
            order_client: client,
            authen_info: {},
          },
        };
  return {
    ...(shop === undefined ? {} : { shop_info: shopInfo(desk, shop) }),
    ...(staff === undefined ? {} : { shop_staff_info: staffInfo(staff) }),
    receipt,
  };
}

function staffInfo(staff: Shop['staff'][number]): Record<string, unknown> {
  return {
    staff_id: staff.staffId,
    staff_name: staff.staffName,
    remark: '',
    shop_manager: staff.mayRefund,
    receive_one_code_pay_notify: false,
  };
}

/** ShopInfo (§6) with its whole device and staff lists, as the live gateway repeats it. */
export function shopInfo(desk: Desk, shop: Shop): Record<string, unknown> {
  const devices = shop.devices.map((device) => ({
    device_id: device.deviceId,
    device_name: device.deviceName,
    device_type: 1,
    remark: '',
    sn_code: desk.book.boundSn(shop.outShopId, device.deviceId) ?? '',
  }));
  const padding = Array.from({ length: Math.max(0, HUGE_DEVICES - devices.length) }, (_, n) => ({
    device_id: `spare-${String(n).padStart(4, '0')}`,
    device_name: `备用机${n}`,
    device_type: 1,
    remark: '仓库备用',
    sn_code: '',
  }));
  return {
    shop_id: shop.outShopId.slice(-4),
    shop_name: shop.shopName,
    province: '广东省',
    city: '深圳市',
    district: '',
    address: shop.address,
    longitude: '113.9465',
    latitude: '22.5400',
    height: '0',
    phone: '075500000000',
    out_shop_id: shop.outShopId,
    device_infos: desk.settings.detailSize === 'huge' ? [...devices, ...padding] : devices,
    staff_infos: shop.staff.map(staffInfo),
    fee_type: 'CNY',
  };
}

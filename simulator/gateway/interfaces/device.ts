import { accepted, checked, refused, shopOf, wrongCall, type Call, type Desk, type Reply } from '../desk.ts';
import { confSchema, monitorSchema, shopInfoSchema, unbindSchema } from '../request-schema.ts';
import { shopInfo } from './order-detail.ts';

/** unbind_device_sn_code (§7.3): 3215 when nothing is bound any more. */
export function unbindDevice(desk: Desk, call: Call): Reply {
  const fields = checked(unbindSchema, call.fields);
  if (!fields.ok) return fields.reply;
  const { out_shop_id: shopId, device_id: deviceId, sn_code: sn } = fields.value;
  const shop = shopOf(call.merchant, shopId);
  if (shop === undefined || !shop.devices.some((device) => device.deviceId === deviceId)) {
    return wrongCall('参数device_id错误: 设备不存在');
  }
  const bound = desk.book.boundSn(shopId, deviceId);
  if (bound === undefined) return refused(104, '该设备已解绑。', 3215, desk.nonce());
  if (bound !== sn) return refused(104, '该设备绑定的不是此序列号。', 1, desk.nonce());
  desk.book.unbind(shopId, deviceId);
  return { ...accepted({}), content: null };
}

/** upload_client_monitor_info (§7.11): checked, then dropped; 0 = keep your interval. */
export function uploadMonitor(desk: Desk, call: Call): Reply {
  const fields = checked(monitorSchema, call.fields);
  if (!fields.ok) return fields.reply;
  return accepted({ nonce_str: desk.nonce(), interval: 0 });
}

/** upload_client_conf_info (§7.12). */
export function uploadConf(desk: Desk, call: Call): Reply {
  const fields = checked(confSchema, call.fields);
  return fields.ok ? accepted({ nonce_str: desk.nonce() }) : fields.reply;
}

/** query_sub_mch_shop_info (§7.12). */
export function queryShopInfo(desk: Desk, call: Call): Reply {
  const fields = checked(shopInfoSchema, call.fields);
  if (!fields.ok) return fields.reply;
  const { page_num: page, page_size: size } = fields.value;
  const shops = call.merchant.shops.slice((page - 1) * size, page * size);
  return accepted({
    nonce_str: desk.nonce(),
    total_count: call.merchant.shops.length,
    shop_infos: shops.map((shop) => shopInfo(desk, shop)),
  });
}

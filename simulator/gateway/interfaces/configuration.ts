import type { Desk } from '../desk.ts';
import type { Merchant } from '../merchant.ts';

/** What a configuration QR stands for. */
export interface Ticket {
  readonly si: string;
  readonly outSubMchId: string;
  readonly outShopId: string;
  readonly deviceId: string;
  /** null: no clerk was chosen (§7.2). */
  readonly staffId: string | null;
  readonly expiresMs: number;
  /** The first serial number that used it. */
  usedBy: string | null;
}

/** A configuration QR is valid for 5 minutes. */
export const TICKET_LIFE_MS = 300_000;

interface ConfigurationReply {
  readonly status: number;
  readonly internalStatus: number;
  readonly description: string;
  readonly setting: Readonly<Record<string, unknown>> | null;
}

const failed = (status: number, internalStatus: number, description: string): ConfigurationReply => ({
  status,
  internalStatus,
  description,
  setting: null,
});

/** use_device_setting (§7.2): binds the device to the serial number and hands out the configuration. */
export function useDeviceSetting(
  desk: Desk,
  tickets: ReadonlyMap<string, Ticket>,
  query: URLSearchParams,
): ConfigurationReply {
  const osi = query.get('osi') ?? '';
  const si = query.get('si') ?? '';
  const sn = query.get('sn') ?? '';
  const wrong = wrongParameter(osi, si, sn);
  if (wrong !== null) return failed(101, 1, `参数${wrong}错误`);
  const ticket = tickets.get(si);
  const merchant = desk.merchants.find((one) => one.outSubMchId === ticket?.outSubMchId);
  if (ticket?.outShopId !== osi || merchant === undefined) return failed(104, 1, '配置二维码无效，请重新生成。');
  if (desk.nowMs > ticket.expiresMs) return failed(104, 1, '配置二维码已过期，请重新生成。');
  const holder = desk.book.boundSn(osi, ticket.deviceId) ?? ticket.usedBy ?? sn;
  if (holder !== sn) return failed(104, 3214, '该设备已被绑定，请使用原有设备号或者联系管理员解绑设备。');
  ticket.usedBy = sn;
  desk.book.bind(osi, ticket.deviceId, sn);
  return { status: 0, internalStatus: 0, description: 'ok', setting: settingOf(merchant, ticket) };
}

/** The name of the first parameter that cannot be right. */
function wrongParameter(osi: string, si: string, sn: string): string | null {
  if (osi === '' || osi.length > 20) return 'osi';
  if (si === '' || si.length > 20) return 'si';
  return /^[\x21-\x7e]{1,64}$/.test(sn) ? null : 'sn';
}

function settingOf(merchant: Merchant, ticket: Ticket): Record<string, unknown> {
  const shop = merchant.shops.find((one) => one.outShopId === ticket.outShopId);
  const device = shop?.devices.find((one) => one.deviceId === ticket.deviceId);
  const staff = shop?.staff.find((one) => one.staffId === ticket.staffId);
  return {
    out_mch_id: merchant.outMchId,
    out_sub_mch_id: merchant.outSubMchId,
    cloud_cashier_id: merchant.cashierId,
    authen_type: 1,
    authen_key: merchant.authenKey,
    out_shop_id: ticket.outShopId,
    shop_name: shop?.shopName ?? '',
    device_id: ticket.deviceId,
    device_name: device?.deviceName ?? '',
    ...(staff === undefined ? {} : { staff_id: staff.staffId, staff_name: staff.staffName }),
  };
}

import type { Platform } from '../../domain/platform.ts';
import * as v from 'valibot';
import type { FaultScript } from './fault-script.ts';
import type { Merchant, Shop } from './merchant.ts';
import type { OrderBook } from './order-book.ts';
import type { OrderClient } from './request-schema.ts';
import type { SandboxSettings } from './settings.ts';

/** What an interface works with. */
export interface Desk {
  readonly book: OrderBook;
  readonly merchants: readonly Merchant[];
  readonly settings: SandboxSettings;
  /** The gateway's clock at this request, epoch ms. */
  readonly nowMs: number;
  /** 32 hex digits. */
  nonce(): string;
}

/** A request whose authentication was right. */
export interface Call {
  readonly merchant: Merchant;
  readonly fields: Readonly<Record<string, unknown>>;
  /** The script in force for this request, if any. */
  readonly script: FaultScript | null;
}

/** What response_content will say. */
export interface Reply {
  readonly status: number;
  readonly internalStatus: number;
  readonly description: string;
  readonly signed: boolean;
  /** The object inside response_content; null leaves it out. */
  readonly content: Readonly<Record<string, unknown>> | null;
}

/** The gateway's words when shop, device and clerk do not belong together (§9 rule 4). */
export const SHOP_MISMATCH = '子商户门店、设备和店员信息验证不通过。';

/** Status 0 with the interface's object. */
export function accepted(content: Readonly<Record<string, unknown>>): Reply {
  return { status: 0, internalStatus: 0, description: '操作成功。', signed: true, content };
}

/** Status 101: the call itself is wrong; never signed (§3.2). */
export function wrongCall(description: string, internalStatus = 1): Reply {
  return { status: 101, internalStatus, description, signed: false, content: null };
}

/** Status 102 or 104: signed, the object holds only a nonce. */
export function refused(status: 102 | 104, description: string, internalStatus: number, nonce: string): Reply {
  return { status, internalStatus, description, signed: true, content: { nonce_str: nonce } };
}

/** Checks the fields; a miss is a ready reply that names the field (§9 rule 5). */
export function checked<Schema extends v.GenericSchema>(
  schema: Schema,
  fields: unknown,
): { readonly ok: true; readonly value: v.InferOutput<Schema> } | { readonly ok: false; readonly reply: Reply } {
  const result = v.safeParse(schema, fields, { abortEarly: true });
  if (result.success) return { ok: true, value: result.output };
  const issue = result.issues[0];
  return {
    ok: false,
    reply: wrongCall(`参数${v.getDotPath(issue) ?? 'request_content'}错误: ${issue.message.slice(0, 120)}`),
  };
}

/** The shop of this merchant with that global id. */
export function shopOf(merchant: Merchant, outShopId: string): Shop | undefined {
  return merchant.shops.find((shop) => shop.outShopId === outShopId);
}

/** Rule 4: device and clerk are of the shop, and the serial number is the bound one. True when all fits. */
export function clientFits(desk: Desk, shop: Shop, client: OrderClient): boolean {
  const { device_id: device, staff_id: staff, sn_code: sn } = client;
  if (staff !== undefined && staff !== '' && !shop.staff.some((one) => one.staffId === staff)) return false;
  if (sn === undefined || sn === '') return false;
  if (device === undefined || device === '') return desk.book.isBoundInShop(shop.outShopId, sn);
  return shop.devices.some((one) => one.deviceId === device) && desk.book.boundSn(shop.outShopId, device) === sn;
}

/** PayPlatform (§4). */
export const PLATFORM_NUMBERS: Readonly<Record<Platform, number>> = { wechat: 1, alipay: 2 };

/** SubPayPlatform (§4). */
export const SUB_PLATFORM_NUMBERS: Readonly<Record<Platform, number>> = { wechat: 100, alipay: 200 };

/** Unix seconds of epoch milliseconds. */
export function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}

/** The request's order_client as it may be kept and echoed. */
export function plainClient(client: OrderClient): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(client).filter((entry): entry is [string, string | number] => entry[1] !== undefined),
  );
}

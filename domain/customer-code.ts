import type { Platform } from './platform.ts';

/** What a text of digits is as a customer's code, by its length and first two digits (cloudpay-api §5). */
export type CustomerCodeReading =
  | { readonly kind: 'customer-code'; readonly platform: Platform }
  /** A wallet that this terminal does not take: UnionPay 62, QQ 91, member card 99. */
  | { readonly kind: 'other-wallet' }
  | { readonly kind: 'none' };

const OTHER_WALLETS = new Set(['62', '91', '99']);

/** Any string; never throws. WeChat codes have 18 digits today, Alipay's 16 to 24; both are accepted from 16 to 24. */
export function readCustomerCode(text: string): CustomerCodeReading {
  if (!/^\d{16,24}$/.test(text)) return { kind: 'none' };
  const head = Number(text.slice(0, 2));
  if (head >= 10 && head <= 15) return { kind: 'customer-code', platform: 'wechat' };
  if (head >= 25 && head <= 30) return { kind: 'customer-code', platform: 'alipay' };
  return OTHER_WALLETS.has(text.slice(0, 2)) ? { kind: 'other-wallet' } : { kind: 'none' };
}

/** The form in which a customer's code may be logged: first two and last two digits. */
export function maskCustomerCode(code: string): string {
  return code.length < 8 ? '*'.repeat(code.length) : code.slice(0, 2) + '*'.repeat(code.length - 4) + code.slice(-2);
}

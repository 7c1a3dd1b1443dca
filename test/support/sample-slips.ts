import { composeNumber } from '../../domain/order-number.ts';
import type { Locale } from '../../domain/sentence.ts';
import type { Slip, SlipCopy } from '../../domain/slip.ts';
import { paymentSlip } from '../../domain/slips/payment-slip.ts';
import { refundSlip, type RefundSlipState } from '../../domain/slips/refund-slip.ts';
import { selfTestSlip } from '../../domain/slips/self-test-slip.ts';
import { supportSlip } from '../../domain/slips/support-slip.ts';
import { shiftSlip, summarySlip } from '../../domain/slips/totals-slip.ts';
import { unknownSlip } from '../../domain/slips/unknown-slip.ts';
import { SAMPLE_SUPPORT } from './sample-flow-views.ts';

export const SAMPLE_ORDER = composeNumber({ prefix: '01000052', device: '2501', counter: 17, of: 'order' });
export const SAMPLE_REFUND = composeNumber({ prefix: '01000052', device: '2501', counter: 18, of: 'refund' });
/** 2026-01-02 12:05:00 in China. */
export const SAMPLE_AT_MS = Date.UTC(2026, 0, 2, 4, 5);

type SampleSlip =
  | 'payment'
  | 'merchantCopy'
  | 'reprint'
  | 'afterPowerCut'
  | 'unknown'
  | 'refund'
  | 'refundSigned'
  | `refund-${'refunded' | 'manual' | 'failed' | 'unknown'}`
  | 'summary'
  | 'shift'
  | 'selfTest'
  | 'support';

const LONG_SHOP_NAME: Readonly<Record<Locale, string>> = {
  'zh-CN': '楼下奶茶店（西湖路二号分店）<&>',
  en: 'Corner Tea House & Bakery, West Lake Road branch',
};

/** One slip of every kind, with a long shop name. */
export function sampleSlips(locale: Locale, shopName = LONG_SHOP_NAME[locale]): Readonly<Record<SampleSlip, Slip>> {
  const setting = {
    locale,
    utcOffsetMinutes: 480,
    shopName,
    deviceId: 'device-00012',
    staffId: '0012',
  };
  const order = { ...setting, platform: 'wechat' as const, order: SAMPLE_ORDER, atMs: SAMPLE_AT_MS, mark: null };
  const totals = {
    ...setting,
    fromMs: SAMPLE_AT_MS - 36_000_000,
    toMs: SAMPLE_AT_MS,
    printedAtMs: SAMPLE_AT_MS,
    totals: [
      { platform: 'wechat' as const, paidCount: 12, paidFen: 123_456, refundCount: 1, refundFen: 100 },
      { platform: 'alipay' as const, paidCount: 3, paidFen: 2005, refundCount: 0, refundFen: 0 },
    ],
    unresolvedCount: 1,
    unresolvedFen: 2000,
    mark: null,
  };
  const paid = { ...order, amountFen: 2005, transactionId: '4200000123202601021234567890', late: false };
  const refund = { ...order, refundFen: 100, orderFen: 2005, refund: SAMPLE_REFUND };
  const refundOf = (state: RefundSlipState, copy: SlipCopy = 'customer'): Slip =>
    refundSlip({ ...refund, state, copy });
  return {
    payment: paymentSlip({ ...paid, copy: 'customer' }),
    merchantCopy: paymentSlip({ ...paid, copy: 'merchant', late: true, amountFen: 5_000_000 }),
    reprint: paymentSlip({ ...paid, copy: 'customer', mark: 'reprint' }),
    afterPowerCut: paymentSlip({ ...paid, copy: 'customer', mark: 'after-power-cut' }),
    unknown: unknownSlip({ ...order, amountFen: 2000 }),
    refund: refundOf('accepted'),
    refundSigned: refundOf('accepted', 'merchant'),
    'refund-refunded': refundOf('refunded'),
    'refund-manual': refundOf('manual'),
    'refund-failed': refundOf('failed'),
    'refund-unknown': refundOf('unknown'),
    summary: summarySlip(totals),
    shift: shiftSlip(totals),
    support: supportSlip({ ...setting, facts: SAMPLE_SUPPORT, mark: null }),
    selfTest: selfTestSlip({
      ...setting,
      sn: 'TILL_T1_0001',
      version: '0.1.0',
      atMs: SAMPLE_AT_MS,
      checks: [{ name: 'printer', ok: false, detail: 'cover open' }],
    }),
  };
}

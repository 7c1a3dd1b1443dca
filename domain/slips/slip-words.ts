import type { Platform } from '../platform.ts';
import type { Locale } from '../sentence.ts';

const WORDS = {
  'zh-CN': {
    paymentTitle: '收款凭证',
    refundTitle: '退款凭证',
    unknownTitle: '结果未确认',
    summaryTitle: '汇总',
    shiftTitle: '交班单',
    selfTestTitle: '自检单',
    supportTitle: '报修单',
    copies: { customer: '顾客联', merchant: '商户联' },
    reprint: '补打',
    afterPowerCut: '断电后打印',
    late: '迟到的结果',
    rehearsal: '演练 · 没有真实收款',
    shop: '门店',
    device: '设备号',
    staff: '店员',
    operator: '操作员',
    platform: '支付方式',
    amount: '金额',
    paidAmount: '收款金额',
    refundAmount: '退款金额',
    orderAmount: '订单金额',
    time: '时间',
    order: '订单号',
    refund: '退款单号',
    transaction: '平台单号',
    state: '状态',
    paid: '收款成功',
    refundStates: {
      accepted: '已受理',
      refunded: '退款成功',
      manual: '需人工处理',
      failed: '退款失败',
      unknown: '结果未确认',
    },
    refundNotes: {
      accepted:
        '退款申请已受理，尚未到账。退回零钱或账户很快到账，退回银行卡可能要几个小时，请留意微信或支付宝的到账消息。',
      refunded: '款项已退回顾客的付款账户。',
      manual: '款项已退回商户，未能退给顾客，请商户人工退还。',
      failed: '本次退款没有退出款项。',
      unknown: '退款结果未确认·勿重复退款。终端会继续查询。',
    },
    unknownWarning: '结果未确认·勿重复收款',
    unknownText: '通过订单查询确认支付结果或手机端商户管理系统确认支付结果',
    unknownScan: '在终端上扫描下面的条码可查询结果。',
    shift: '班次',
    from: '开始',
    to: '结束',
    printedAt: '打印时间',
    paidCount: '收款笔数',
    paidSum: '收款合计',
    refundCount: '退款笔数',
    refundSum: '退款合计',
    net: '净额',
    unresolvedCount: '未确认笔数',
    unresolvedSum: '未确认合计',
    total: '合计',
    signature: '签名',
    customerSignature: '顾客签名',
    ok: '正常',
    faulty: '异常',
    version: '版本',
    sn: '序列号',
    yuan: '元',
    platforms: { wechat: '微信支付', alipay: '支付宝' },
  },
  en: {
    paymentTitle: 'PAYMENT RECEIPT',
    refundTitle: 'REFUND RECEIPT',
    unknownTitle: 'NOT CONFIRMED',
    summaryTitle: 'SUMMARY',
    shiftTitle: 'SHIFT REPORT',
    selfTestTitle: 'SELF-TEST',
    supportTitle: 'SUPPORT CODE',
    copies: { customer: 'Customer copy', merchant: 'Merchant copy' },
    reprint: 'REPRINT',
    afterPowerCut: 'AFTER A POWER CUT',
    late: 'Late result',
    rehearsal: 'REHEARSAL · no money was taken',
    shop: 'Shop',
    device: 'Device',
    staff: 'Staff',
    operator: 'Operator',
    platform: 'Paid with',
    amount: 'Amount',
    paidAmount: 'Amount paid',
    refundAmount: 'Refund',
    orderAmount: 'Order amount',
    time: 'Time',
    order: 'Order',
    refund: 'Refund no.',
    transaction: 'Wallet no.',
    state: 'State',
    paid: 'Paid',
    refundStates: {
      accepted: 'Accepted',
      refunded: 'Refunded',
      manual: 'Manual handling',
      failed: 'Failed',
      unknown: 'Not confirmed',
    },
    refundNotes: {
      accepted:
        'The refund request was accepted; the money has not arrived yet. A wallet balance receives it soon, a bank card may take hours. Please watch for the message of WeChat or Alipay.',
      refunded: 'The money went back to the account that paid.',
      manual: 'The money went back to the merchant and not to the customer: the merchant must hand it over.',
      failed: 'This refund returned no money.',
      unknown: 'Refund not confirmed: do not refund again. The terminal keeps asking.',
    },
    unknownWarning: 'Unconfirmed: do not charge again',
    unknownText: 'Confirm the payment by an order query or in the merchant system on the phone.',
    unknownScan: 'Scan the barcode below on the terminal to see the result.',
    shift: 'Shift no.',
    from: 'From',
    to: 'To',
    printedAt: 'Printed',
    paidCount: 'Payments',
    paidSum: 'Paid',
    refundCount: 'Refunds',
    refundSum: 'Refunded',
    net: 'Net',
    unresolvedCount: 'Not confirmed',
    unresolvedSum: 'Not confirmed sum',
    total: 'Total',
    signature: 'Signature',
    customerSignature: 'Customer',
    ok: 'ok',
    faulty: 'FAULT',
    version: 'Version',
    sn: 'Serial no.',
    yuan: 'CNY',
    platforms: { wechat: 'WeChat Pay', alipay: 'Alipay' },
  },
} as const;

/** Every word that stands on a slip, in one language. */
export type SlipWords = (typeof WORDS)[Locale];

/** The words of every slip in the language of the terminal. */
export function slipWords(locale: Locale): SlipWords {
  return WORDS[locale];
}

/** `20.05元` or `CNY 20.05`; without the currency sign, which not every printer's character set has. */
export function slipAmount(words: SlipWords, yuan: string): string {
  return words.yuan === '元' ? `${yuan}元` : `${words.yuan} ${yuan}`;
}

/** The wallet's name as customers know it. */
export function platformName(words: SlipWords, platform: Platform): string {
  return words.platforms[platform];
}

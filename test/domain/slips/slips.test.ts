import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Slip } from '../../../domain/slip.ts';
import { localTimeText } from '../../../domain/slips/local-time.ts';
import { paymentSlip } from '../../../domain/slips/payment-slip.ts';
import { refundSlip, type RefundSlipState } from '../../../domain/slips/refund-slip.ts';
import { shiftSlip } from '../../../domain/slips/totals-slip.ts';
import { unknownSlip } from '../../../domain/slips/unknown-slip.ts';
import { SAMPLE_AT_MS, SAMPLE_ORDER, SAMPLE_REFUND, sampleSlips } from '../../support/sample-slips.ts';

const slips = suite('domain/slips');
const SETTING = {
  locale: 'zh-CN',
  utcOffsetMinutes: 480,
  shopName: '楼下奶茶店',
  deviceId: 'd1',
  staffId: null,
} as const;
const PAYMENT = {
  ...SETTING,
  copy: 'merchant',
  platform: 'alipay',
  amountFen: 2005,
  order: SAMPLE_ORDER,
  transactionId: null,
  atMs: SAMPLE_AT_MS,
  late: false,
  mark: null,
} as const;

const textOf = (slip: Slip): string =>
  slip.blocks
    .map((block) =>
      'text' in block
        ? block.text
        : 'label' in block
          ? `${block.label} ${block.value}`
          : 'value' in block
            ? block.value
            : '',
    )
    .join('\n');

slips('a payment slip names wallet, amount, time, shop, device and order, and carries the order as barcode', () => {
  const slip = paymentSlip(PAYMENT);
  for (const part of [
    '收款凭证',
    '商户联',
    '支付宝',
    '20.05元',
    '2026-01-02 12:05:00',
    '楼下奶茶店',
    'd1',
    SAMPLE_ORDER,
  ])
    assert.match(textOf(slip), part);
  assert.is(slip.orderBarcode, SAMPLE_ORDER);
  assert.ok(slip.blocks.some((block) => block.is === 'barcode' && block.value === SAMPLE_ORDER));
  assert.is(slip.kind, 'payment');
  assert.not.match(textOf(slip), '店员');
  assert.match(textOf(paymentSlip({ ...PAYMENT, copy: 'customer' })), '顾客联');
});

slips('a reprint says so and is of that kind; a slip after a power cut is no reprint', () => {
  const again = paymentSlip({ ...PAYMENT, mark: 'reprint' });
  assert.is(again.kind, 'reprint');
  assert.match(textOf(again), '补打');
  const afterPowerCut = paymentSlip({ ...PAYMENT, mark: 'after-power-cut' });
  assert.is(afterPowerCut.kind, 'payment');
  assert.not.match(textOf(afterPowerCut), '补打');
  assert.match(textOf(afterPowerCut), '断电后');
});

slips('the unknown slip warns, says where the truth is found, and claims neither success nor failure', () => {
  for (const locale of ['zh-CN', 'en'] as const) {
    const slip = unknownSlip({ ...PAYMENT, locale });
    assert.is(slip.kind, 'unknown');
    assert.is(slip.orderBarcode, SAMPLE_ORDER);
    assert.not.match(textOf(slip), /成功|失败|超时|\bpaid\b(?! with)|failed|timed? ?out/i);
  }
  const text = textOf(unknownSlip(PAYMENT));
  assert.match(text, '结果未确认·勿重复收款');
  assert.match(text, '通过订单查询确认支付结果或手机端商户管理系统确认支付结果');
  assert.match(text, '20.05元');
});

slips('a refund that was accepted is not called refunded, and the customer is told to watch for the money', () => {
  const of = (state: RefundSlipState): string =>
    textOf(refundSlip({ ...PAYMENT, state, refundFen: 100, orderFen: 2005, refund: SAMPLE_REFUND, staffId: '0012' }));
  assert.match(of('accepted'), '已受理');
  assert.match(of('accepted'), '留意');
  assert.not.match(of('accepted'), /退款成功|已退回/);
  assert.match(of('refunded'), '退款成功');
  assert.match(of('manual'), '需人工处理');
  assert.match(of('unknown'), '勿重复退款');
  for (const part of ['操作员 0012', '1.00元', '20.05元', SAMPLE_REFUND, SAMPLE_ORDER])
    assert.match(of('accepted'), part);
});

slips('totals add up over the wallets and unresolved payments stand apart', () => {
  const text = textOf(sampleSlips('zh-CN').summary);
  for (const part of [
    '收款合计 1254.61元',
    '退款合计 1.00元',
    '净额 1253.61元',
    '收款笔数 15',
    '未确认笔数 1',
    '未确认合计 20.00元',
  ])
    assert.match(text, part);
  assert.match(textOf(sampleSlips('zh-CN').shift), '签名');
});

slips('a shift slip names its shift and what each clerk took; a shop that sets no staff has no such part', () => {
  const takings = { paidCount: 2, paidFen: 1250, refundCount: 1, refundFen: 50 };
  const content = {
    ...SETTING,
    shift: 7,
    fromMs: SAMPLE_AT_MS,
    toMs: SAMPLE_AT_MS,
    printedAtMs: SAMPLE_AT_MS,
    totals: [{ platform: 'wechat', ...takings }],
    unresolvedCount: 0,
    unresolvedFen: 0,
    mark: null,
  } as const;
  const text = textOf(shiftSlip({ ...content, staffTotals: [{ staffId: '1002', ...takings }] }));
  for (const part of ['班次 7', '店员 1002', '收款合计 ×2 12.50元', '退款合计 ×1 0.50元']) assert.match(text, part);
  assert.not.match(textOf(shiftSlip({ ...content, staffTotals: [{ staffId: null, ...takings }] })), '店员');
});

slips('the self-test names what is faulty, and its sample barcode belongs to no order', () => {
  const slip = sampleSlips('zh-CN').selfTest;
  assert.match(textOf(slip), 'printer 异常');
  assert.is(slip.orderBarcode, null);
});

slips('English slips hold no Chinese but the self-test’s sample', () => {
  for (const [name, slip] of Object.entries(sampleSlips('en'))) {
    if (name !== 'selfTest') assert.not.match(textOf(slip), /\p{Script=Han}/u, name);
  }
});

slips('times are the shop’s, whatever the zone of the terminal', () => {
  assert.is(localTimeText(SAMPLE_AT_MS, 480), '2026-01-02 12:05:00');
  assert.is(localTimeText(SAMPLE_AT_MS, -300), '2026-01-01 23:05:00');
});

slips.run();

import type { FoundOrder, FoundRefundState } from '../../domain/found-order.ts';
import type { RefundView } from '../../domain/screens/refund-view.ts';
import type { RefusalReason, ScanNote, ScreenView, TerminalStatus } from '../../domain/screens/screen-view.ts';
import { ZH_CN } from '../../domain/screens/zh-cn.ts';
import type { SpokenOrderState } from '../../domain/voice/voice.ts';
import { everyFlowView } from './sample-flow-views.ts';

const ORDER = '010000529999888877776666';
const REFUND = '010000529999888877779999';
const AMOUNT = 5_000_000;
const LONG_REASON = '[104] 订单状态异常，请联系服务商 (order state is not what it should be)';
const ON_SCREEN = { order: ORDER, amountFen: AMOUNT, platform: 'alipay' } as const;
const REFUNDING = { order: ORDER, refund: REFUND, refundFen: AMOUNT, platform: 'alipay' } as const;

const STATUS: TerminalStatus = {
  configured: true,
  shopName: '楼下奶茶店（西湖文化广场二号分店）',
  staffId: '10010101',
  connected: false,
  printer: 'out-of-paper',
  waitingSlips: 128,
  openOrders: 12,
  openRefunds: 3,
  storage: 'failed',
  trade: 'query-only',
  upgradeDue: '12.34.56',
};

const REASONS: readonly RefusalReason[] = [
  ...(['amount-zero', 'amount-over-maximum', 'no-sub-terminal-type', 'unconfigured', 'storage-failed'] as const),
  ...(['query-only'] as const),
  ...(['too-many-unresolved', 'over-refundable', 'not-refundable', 'refund-not-started'] as const),
  ...(['gateway-unreachable', 'not-started'] as const),
];
const ORDER_STATES: readonly SpokenOrderState[] = [
  ...(['paid', 'partly-refunded', 'fully-refunded', 'unpaid', 'closed', 'unresolved'] as const),
];
const REFUND_STATES: readonly FoundRefundState[] = ['accepted', 'refunded', 'failed', 'manual', 'unknown'];

function found(state: SpokenOrderState): FoundOrder {
  return {
    order: ORDER,
    platform: 'alipay',
    amountFen: AMOUNT,
    state,
    refundedFen: 4_999_999,
    refundableFen: 1,
    gatewayRefundedFen: null,
    refunds: REFUND_STATES.map((each) => ({ refund: REFUND, refundFen: 1_000_000, state: each })),
    isRefundable: true,
    source: 'gateway',
    isUnresolvedHere: false,
    atMs: 0,
    transactionId: null,
  };
}

function refundViews(notes: readonly ScanNote[]): RefundView[] {
  const pins = [
    { kind: 'none' },
    { kind: 'checking' },
    { kind: 'wrong', triesLeft: 4 },
    { kind: 'locked', leftMs: 3_600_000 },
    { kind: 'too-short' },
    { kind: 'differs' },
    { kind: 'taken' },
    { kind: 'failed' },
  ] as const;
  const amounts = { order: ORDER, platform: 'alipay', orderFen: AMOUNT, refundableFen: AMOUNT } as const;
  return [
    ...notes.flatMap((note): RefundView[] => [
      { name: 'query-scan', typed: ORDER.slice(0, 23), note },
      { name: 'refund-scan', typed: ORDER.slice(0, 23), note },
    ]),
    { name: 'query-scan', typed: '', note: 'looking-up' },
    { name: 'refund-amount', ...amounts, amountFen: AMOUNT, typed: '' },
    { name: 'refund-amount', ...amounts, amountFen: 4_999_999, typed: '49999.99' },
    ...pins.map((note) => ({ name: 'refund-pin', question: 'again', digits: 8, note }) as const),
    ...(['refund', 'old', 'new'] as const).map(
      (question) => ({ name: 'refund-pin', question, digits: 0, note: { kind: 'none' }, hasOther: true }) as const,
    ),
    { name: 'refund-pin', of: 'manager', question: 'refund', digits: 0, note: { kind: 'none' }, hasOther: true },
    ...[true, false].map((isSet) => ({ name: 'refund-pin-set', isSet }) as const),
    ...[true, false].map((isSet) => ({ name: 'refund-pin-set', isSet, of: 'manager' }) as const),
    { name: 'refunding', ...REFUNDING },
    ...[true, false].map((isDone) => ({ name: 'refund-accepted', isDone, ...REFUNDING }) as const),
    ...(['failed', 'manual', 'rejected', 'not-sent'] as const).map(
      (outcome) => ({ name: 'refund-failed', outcome, reason: LONG_REASON, ...REFUNDING }) as const,
    ),
    { name: 'refund-unknown', reason: LONG_REASON, ...REFUNDING },
    ...ORDER_STATES.map((state) => ({ name: 'order', found: found(state), at: '2026-12-31 23:59:59' }) as const),
    { name: 'order-not-found', number: ORDER },
  ];
}

/** Every screen of the terminal, with the widest amounts, numbers, names and reasons that it can have. */
export function everyView(): ScreenView[] {
  const notes = Object.keys(ZH_CN.notes) as ScanNote[];
  const menu = Object.keys(ZH_CN.menu) as (keyof typeof ZH_CN.menu)[];
  const items = menu.map((item, at) => ({ item, digit: at + 1 }));
  const domains = ['', 'sz.', 'sh.', 'tj.'].map((area) => `https://${area}pay.qcloud.com:8443`);
  const rows = domains.map((domain) => ({ domain, state: 'alive', latencyMs: 2999 }) as const);
  return [
    ...everyFlowView(),
    ...refundViews(notes),
    ...notes.map((note) => ({ name: 'unconfigured', note }) as const),
    { name: 'configuring' },
    { name: 'configured', shopName: STATUS.shopName },
    ...[...Object.keys(ZH_CN.configTrouble), LONG_REASON].map(
      (trouble) => ({ name: 'config-failed', trouble, description: LONG_REASON, keepsOld: true }) as const,
    ),
    ...notes.map((note) => ({ name: 'idle', status: STATUS, note }) as const),
    ...notes.map((note) => ({ name: 'amount', typed: '49999.99', note }) as const),
    ...notes.map((note) => ({ name: 'present-code', amountFen: AMOUNT, note }) as const),
    { name: 'paying', reason: LONG_REASON, ...ON_SCREEN },
    { name: 'password', ...ON_SCREEN },
    { name: 'password', ...ON_SCREEN, closes: { atMs: 0, wall: '23:59:59' } },
    ...[true, false].map((late) => ({ name: 'paid', late, ...ON_SCREEN }) as const),
    ...(['failed', 'not-sent', 'denied'] as const).map(
      (outcome) => ({ name: 'failed', outcome, reason: LONG_REASON, ...ON_SCREEN }) as const,
    ),
    { name: 'unknown', reason: LONG_REASON, ...ON_SCREEN, closes: { atMs: 0, wall: '23:59:59' } },
    ...REASONS.map((reason) => ({ name: 'refused', reason, detail: String(AMOUNT), amountFen: AMOUNT }) as const),
    ...(['same-amount', 'refund-unverified'] as const).map(
      (question) => ({ name: 'confirm', question, order: ORDER, amountFen: AMOUNT }) as const,
    ),
    { name: 'domain-check', rows, chosen: domains[3] ?? null, done: true },
    ...items.map((_, selected) => ({ name: 'menu', selected, items }) as const),
  ];
}

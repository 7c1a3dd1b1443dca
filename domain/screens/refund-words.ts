import { yuanText, type Fen } from '../fen.ts';
import type { FoundRefundState } from '../found-order.ts';
import type { RefundOutcome } from '../journal-record.ts';
import type { Locale } from '../sentence.ts';
import type { SpokenOrderState } from '../voice/voice.ts';
import type { RefundAuthority } from '../refund-authority.ts';
import type { PinNote, PinQuestion } from './refund-view.ts';

/** Every word of the refund and query screens in one language. */
export interface RefundWords {
  readonly queryScan: readonly string[];
  readonly refundScan: readonly string[];
  readonly lookingUp: string;
  readonly notFound: readonly string[];
  readonly orderState: Readonly<Record<SpokenOrderState, string>>;
  readonly refunded: (fen: Fen) => string;
  readonly refundable: (fen: Fen) => string;
  readonly refundState: Readonly<Record<FoundRefundState, string>>;
  readonly refundLine: (fen: Fen, state: string) => string;
  readonly refundsUnconfirmed: string;
  readonly fromJournal: string;
  readonly orderHint: string;
  readonly amount: (orderFen: Fen) => readonly string[];
  readonly amountHint: string;
  readonly refunding: string;
  readonly accepted: string;
  readonly acceptedHelp: string;
  readonly done: string;
  readonly failed: Readonly<
    Record<Extract<RefundOutcome, 'failed' | 'manual' | 'rejected' | 'not-sent'>, readonly string[]>
  >;
  readonly unknown: readonly string[];
  readonly refundNumber: (refund: string) => string;
  readonly confirmUnverified: readonly string[];
  /** Why an order has nothing to refund: its state, or `finished`. */
  readonly notRefundable: (state: string) => string;
  readonly pin: Readonly<Record<RefundAuthority, Readonly<Record<PinQuestion, string>>>>;
  readonly pinHint: Readonly<Record<RefundAuthority, string>>;
  /** How to be asked for the other secret instead. */
  readonly pinOther: Readonly<Record<RefundAuthority, string>>;
  readonly pinNote: (note: PinNote) => string;
  readonly pinSet: (isSet: boolean, of: RefundAuthority) => readonly string[];
}

const NOT_REFUNDABLE_ZH: Readonly<Record<string, string>> = {
  unpaid: '订单未支付',
  closed: '订单已关闭',
  unresolved: '支付结果未确认，请先查单',
  finished: '交易已完结，平台不再受理退款',
};

const NOT_REFUNDABLE_EN: Readonly<Record<string, string>> = {
  unpaid: 'The order is not paid',
  closed: 'The order is closed',
  unresolved: 'Payment not confirmed, query it first',
  finished: 'The wallet takes no refund any more',
};

const ZH_CN: RefundWords = {
  queryScan: ['订单查询', '请扫描小票条码', '或输入订单号后按确认'],
  refundScan: ['退款', '请扫描小票条码', '或输入订单号后按确认'],
  lookingUp: '查询中，请稍候…',
  notFound: ['没有这个订单', '请核对订单号'],
  orderState: {
    paid: '已支付',
    'partly-refunded': '已部分退款',
    'fully-refunded': '已全额退款',
    unpaid: '未支付',
    closed: '已关闭',
    unresolved: '结果未确认',
  },
  refunded: (fen) => `已退 ¥${yuanText(fen)}`,
  refundable: (fen) => `可退 ¥${yuanText(fen)}`,
  refundState: {
    accepted: '已受理，未到账',
    refunded: '退款成功',
    failed: '退款失败',
    manual: '需人工退给顾客',
    unknown: '退款未确认',
  },
  refundLine: (fen, state) => `退款 ¥${yuanText(fen)} ${state}`,
  refundsUnconfirmed: '退款情况未确认',
  fromJournal: '网络不通，仅本机记录',
  orderHint: '退款键：退款　取消：返回',
  amount: (orderFen) => ['请确认退款金额', `订单 ¥${yuanText(orderFen)}`],
  amountHint: '可改小，按确认键退款',
  refunding: '正在退款',
  accepted: '退款已受理',
  acceptedHelp: '尚未到账，请顾客留意到账通知',
  done: '款项已退回顾客账户',
  failed: {
    failed: ['退款失败', '款项未退回'],
    manual: ['需人工退款', '款项退回了商户，请人工退给顾客'],
    rejected: ['退款失败', '未退款'],
    'not-sent': ['退款失败', '网络不通，未退款'],
  },
  unknown: ['退款结果未确认', '请勿重复退款', '终端会继续查询'],
  refundNumber: (refund) => `退款单号 ${refund}`,
  confirmUnverified: ['退款情况未确认', '请先在手机端商户管理系统核对', '确认：已核对，继续退款', '取消：返回'],
  notRefundable: (state) => NOT_REFUNDABLE_ZH[state] ?? state,
  pin: {
    pin: { refund: '请输入退款密码', old: '请输入原退款密码', new: '请输入新退款密码', again: '请再输入一次' },
    manager: { refund: '请店长授权', old: '请输入原授权码', new: '请输入新授权码', again: '请再输入一次' },
  },
  pinHint: { pin: '4 到 8 位数字，按确认键', manager: '扫描授权码，或输入后确认' },
  pinOther: { pin: '菜单键：改用店长授权码', manager: '菜单键：改用退款密码' },
  pinNote: (note) => {
    switch (note.kind) {
      case 'none':
        return '';
      case 'checking':
        return '请稍候…';
      case 'wrong':
        return `密码错误，还可试 ${note.triesLeft} 次`;
      case 'locked':
        return `密码已锁定，请等 ${Math.ceil(note.leftMs / 60_000)} 分钟`;
      case 'too-short':
        return '密码为 4 到 8 位数字';
      case 'differs':
        return '两次输入不一致，请重新输入';
      case 'taken':
        return '授权码不能与退款密码相同';
      case 'failed':
        return '密码无法保存，请重试';
    }
  },
  pinSet: (isSet, of) => {
    if (of === 'manager') return isSet ? ['店长授权码已设置', '退款时可用'] : ['店长授权码已取消'];
    return isSet ? ['退款密码已设置', '退款时需输入'] : ['退款密码已取消', '退款时不再询问'];
  },
};

const EN: RefundWords = {
  queryScan: ['Order query', 'Scan the slip', 'or type the number, enter'],
  refundScan: ['Refund', 'Scan the slip', 'or type the number, enter'],
  lookingUp: 'Looking it up…',
  notFound: ['No such order', 'Check the number'],
  orderState: {
    paid: 'Paid',
    'partly-refunded': 'Partly refunded',
    'fully-refunded': 'Fully refunded',
    unpaid: 'Not paid',
    closed: 'Closed',
    unresolved: 'Result not confirmed',
  },
  refunded: (fen) => `Refunded ¥${yuanText(fen)}`,
  refundable: (fen) => `Refundable ¥${yuanText(fen)}`,
  refundState: {
    accepted: 'accepted, not arrived',
    refunded: 'refunded',
    failed: 'failed',
    manual: 'hand it over by hand',
    unknown: 'not confirmed',
  },
  refundLine: (fen, state) => `¥${yuanText(fen)} ${state}`,
  refundsUnconfirmed: 'Refunds not confirmed',
  fromJournal: 'Offline: own records only',
  orderHint: 'Refund key: refund. Cancel: back',
  amount: (orderFen) => ['Confirm the refund', `Order ¥${yuanText(orderFen)}`],
  amountHint: 'May be lowered; enter refunds',
  refunding: 'Refunding',
  accepted: 'Refund accepted',
  acceptedHelp: 'Not arrived yet: the customer should watch for it',
  done: 'The money went back to the customer',
  failed: {
    failed: ['Refund failed', 'No money went back'],
    manual: ['Hand it over by hand', 'The money went back to the merchant'],
    rejected: ['Refund failed', 'Nothing was refunded'],
    'not-sent': ['Refund failed', 'No network, nothing refunded'],
  },
  unknown: ['Refund not confirmed', 'Do not refund again', 'The terminal keeps asking'],
  refundNumber: (refund) => `Refund ${refund}`,
  confirmUnverified: ['Refunds not confirmed', 'Check on the phone first', 'Enter: checked, refund', 'Cancel: back'],
  notRefundable: (state) => NOT_REFUNDABLE_EN[state] ?? state,
  pin: {
    pin: { refund: 'Refund PIN', old: 'Old refund PIN', new: 'New refund PIN', again: 'Once more' },
    manager: { refund: "Manager's code", old: 'Old manager code', new: 'New manager code', again: 'Once more' },
  },
  pinHint: { pin: '4 to 8 digits, then enter', manager: 'Scan it, or type it and enter' },
  pinOther: { pin: "Menu: the manager's code instead", manager: 'Menu: the refund PIN instead' },
  pinNote: (note) => {
    switch (note.kind) {
      case 'none':
        return '';
      case 'checking':
        return 'One moment…';
      case 'wrong':
        return `Wrong PIN, ${note.triesLeft} tries left`;
      case 'locked':
        return `Locked for ${Math.ceil(note.leftMs / 60_000)} min`;
      case 'too-short':
        return 'A PIN has 4 to 8 digits';
      case 'differs':
        return 'They differ, start again';
      case 'taken':
        return 'Code and PIN must differ';
      case 'failed':
        return 'It could not be stored, try again';
    }
  },
  pinSet: (isSet, of) => {
    if (of === 'manager') return isSet ? ['Manager code set', 'Refunds accept it'] : ['Manager code removed'];
    return isSet ? ['Refund PIN set', 'Refunds will ask for it'] : ['Refund PIN removed', 'Refunds ask no more'];
  },
};

/** The words of refunds and order queries in every language; the screens' own words take them in. */
export const REFUND_WORDS: Readonly<Record<Locale, RefundWords>> = { 'zh-CN': ZH_CN, en: EN };

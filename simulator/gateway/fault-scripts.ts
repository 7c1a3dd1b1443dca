import { INSUFFICIENT_BALANCE } from './customer-codes.ts';
import { SCRIPT_YUAN, type AnswerFault, type FaultScript, type InterfaceName } from './fault-script.ts';
import type { Fen } from '../../domain/fen.ts';
import type { Life } from './order.ts';

const PAY: readonly InterfaceName[] = ['micro_pay'];
const PAY_AND_QUERY: readonly InterfaceName[] = ['micro_pay', 'query_order'];
const REFUND: readonly InterfaceName[] = ['refund'];
const ALWAYS = 1_000_000;

const LOST: AnswerFault = { kind: 'cut', effect: true };
const NEVER_ARRIVED: AnswerFault = { kind: 'cut', effect: false };

const unknownStatus = (status: 3 | 103, effect: boolean): AnswerFault => ({
  kind: 'status',
  status,
  internalStatus: 0,
  effect,
});
const paysAfter = (seconds: number, meanwhile: 'waiting' | 'initial' | 'missing' = 'waiting'): Life => ({
  kind: 'pays',
  afterMs: seconds * 1000,
  meanwhile,
});

/** Every fault script. Order totals of 900.01, 900.02, … choose them; all other amounts are plain. */
export const FAULT_SCRIPTS: readonly FaultScript[] = [
  {
    cents: 1,
    id: 'lost-before-charging',
    zh: '请求丢失，未扣款',
    en: 'Request lost, nothing charged',
    on: PAY,
    answer: NEVER_ARRIVED,
  },
  { cents: 2, id: 'lost-after-charging', zh: '已扣款，应答丢失', en: 'Charged, answer lost', on: PAY, answer: LOST },
  {
    cents: 3,
    id: 'status-3-paid',
    zh: '状态 3，其实已扣款',
    en: 'Status 3, charged all the same',
    on: PAY,
    answer: unknownStatus(3, true),
  },
  {
    cents: 4,
    id: 'status-3-not-taken',
    zh: '状态 3，未受理',
    en: 'Status 3, not taken',
    on: PAY,
    answer: unknownStatus(3, false),
  },
  {
    cents: 5,
    id: 'status-103-paid',
    zh: '状态 103，其实已扣款',
    en: 'Status 103, charged all the same',
    on: PAY,
    answer: unknownStatus(103, true),
  },
  {
    cents: 6,
    id: 'status-103-not-taken',
    zh: '状态 103，未受理',
    en: 'Status 103, not taken',
    on: PAY,
    answer: unknownStatus(103, false),
  },
  {
    cents: 7,
    id: 'status-103-forever',
    zh: '一直 103，未扣款',
    en: '103 for ever, never charged',
    on: PAY_AND_QUERY,
    times: ALWAYS,
    answer: unknownStatus(103, false),
  },
  {
    cents: 8,
    id: 'status-103-forever-charged',
    zh: '一直 103，已扣款',
    en: '103 for ever, charged',
    on: PAY_AND_QUERY,
    times: ALWAYS,
    answer: unknownStatus(103, true),
  },
  { cents: 9, id: 'password-5s', zh: '输密码 5 秒后支付', en: 'Password, paid after 5 s', life: paysAfter(5) },
  { cents: 10, id: 'password-60s', zh: '输密码 60 秒后支付', en: 'Password, paid after 60 s', life: paysAfter(60) },
  { cents: 11, id: 'password-119s', zh: '输密码 119 秒后支付', en: 'Password, paid after 119 s', life: paysAfter(119) },
  {
    cents: 12,
    id: 'customer-stops',
    zh: '输密码 10 秒后顾客取消',
    en: 'Password, customer stops after 10 s',
    life: { kind: 'stops', afterMs: 10_000 },
  },
  {
    cents: 13,
    id: 'paid-after-cut-off',
    zh: '125 秒才支付（终端已停止查询）',
    en: 'Paid after 125 s, past the terminal’s window',
    life: paysAfter(125),
    lifeMs: 180_000,
  },
  {
    cents: 14,
    id: 'password-never',
    zh: '一直不输密码，120 秒后关闭',
    en: 'Password never typed, closed after 120 s',
    life: { kind: 'waits' },
  },
  {
    cents: 15,
    id: 'insufficient-balance',
    zh: '余额不足（签名的 104）',
    en: 'Insufficient balance (signed 104)',
    life: { kind: 'refused', description: INSUFFICIENT_BALANCE },
  },
  {
    cents: 16,
    id: 'wrong-code',
    zh: '状态 0，但认证码错误',
    en: 'Status 0 with a wrong authen_code',
    on: PAY,
    answer: { kind: 'wrong-code', effect: true },
  },
  {
    cents: 17,
    id: 'unsigned',
    zh: '状态 0，但没有认证信息',
    en: 'Status 0 without authen_info',
    on: PAY,
    answer: { kind: 'unsigned', effect: true },
  },
  {
    cents: 18,
    id: 'other-number',
    zh: '应答是别的订单号',
    en: 'Answer with another order’s number',
    on: PAY,
    answer: { kind: 'other-number', effect: true },
  },
  {
    cents: 19,
    id: 'other-amount',
    zh: '应答是别的金额',
    en: 'Answer with another amount',
    on: PAY,
    answer: { kind: 'other-amount', effect: true },
  },
  {
    cents: 20,
    id: 'truncated-json',
    zh: 'JSON 不完整',
    en: 'Truncated JSON',
    on: PAY,
    answer: { kind: 'truncated-json', effect: true },
  },
  {
    cents: 21,
    id: 'cut-in-answer',
    zh: '应答传到一半断开',
    en: 'Connection cut inside the answer',
    on: PAY,
    answer: { kind: 'cut-at', bytes: 60, effect: true },
  },
  {
    cents: 22,
    id: 'http-502-not-taken',
    zh: 'HTTP 502，未扣款',
    en: 'HTTP 502, nothing charged',
    on: PAY,
    answer: { kind: 'http', httpStatus: 502, effect: false },
  },
  {
    cents: 23,
    id: 'http-502-charged',
    zh: 'HTTP 502，已扣款',
    en: 'HTTP 502, charged',
    on: PAY,
    answer: { kind: 'http', httpStatus: 502, effect: true },
  },
  {
    cents: 24,
    id: 'silence-30s',
    zh: '已扣款，沉默 30 秒后断开',
    en: 'Charged, silent for 30 s, then cut',
    on: PAY,
    answer: { kind: 'silence', ms: 30_000, effect: true },
  },
  {
    cents: 25,
    id: 'garbage',
    zh: '已扣款，应答是乱码',
    en: 'Charged, answer is garbage',
    on: PAY,
    answer: { kind: 'garbage', effect: true },
  },
  {
    cents: 26,
    id: 'huge-body',
    zh: '已扣款，应答 1 MB',
    en: 'Charged, answer of 1 MB',
    on: PAY,
    answer: { kind: 'huge-body', effect: true },
  },
  {
    cents: 27,
    id: 'empty-body',
    zh: '已扣款，应答为空',
    en: 'Charged, empty answer',
    on: PAY,
    answer: { kind: 'empty-body', effect: true },
  },
  {
    cents: 28,
    id: 'late-visible',
    zh: '已扣款，20 秒内查不到订单',
    en: 'Charged, “no such order” for 20 s',
    on: PAY,
    answer: LOST,
    hiddenMs: 20_000,
  },
  {
    cents: 29,
    id: 'late-charged',
    zh: '30 秒内查不到订单，之后才扣款',
    en: '“No such order” for 30 s, charged only then',
    on: PAY,
    answer: LOST,
    hiddenMs: 30_000,
    life: paysAfter(30),
  },
  {
    cents: 30,
    id: 'visible-after-window',
    zh: '125 秒才扣款，130 秒内查不到',
    en: 'Charged after 125 s, “no such order” for 130 s',
    on: PAY,
    answer: LOST,
    hiddenMs: 130_000,
    life: paysAfter(125),
    lifeMs: 180_000,
  },
  {
    cents: 31,
    id: 'host-dies',
    zh: '已扣款，应答丢失，该域名拒绝连接 60 秒',
    en: 'Charged, answer lost, this domain refuses for 60 s',
    on: PAY,
    answer: LOST,
    host: { condition: 'refuse', forMs: 60_000 },
  },
  {
    cents: 32,
    id: 'host-stalls',
    zh: '已扣款，应答丢失，该域名卡住 60 秒',
    en: 'Charged, answer lost, this domain stalls for 60 s',
    on: PAY,
    answer: LOST,
    host: { condition: 'stall', forMs: 60_000 },
  },
  {
    cents: 33,
    id: 'refund-lost-done',
    zh: '退款已办，应答丢失',
    en: 'Refund done, answer lost',
    on: REFUND,
    answer: LOST,
  },
  {
    cents: 34,
    id: 'refund-lost-not-done',
    zh: '退款请求丢失',
    en: 'Refund request lost',
    on: REFUND,
    answer: NEVER_ARRIVED,
  },
  { cents: 35, id: 'refund-fails', zh: '退款受理后失败（3）', en: 'Refund accepted, then failed (3)', refund: 'fails' },
  {
    cents: 36,
    id: 'refund-manual',
    zh: '退款转人工（微信 5）',
    en: 'Refund needs manual handling (WeChat 5)',
    refund: 'manual',
  },
  {
    cents: 37,
    id: 'refund-103-done',
    zh: '退款返回 103，其实已办',
    en: 'Refund answers 103, done all the same',
    on: REFUND,
    answer: unknownStatus(103, true),
  },
  { cents: 38, id: 'refund-stays', zh: '退款一直处理中', en: 'Refund stays in processing', refund: 'stays' },
  {
    cents: 39,
    id: 'upper-spelling',
    zh: '字段写作 Internal_status',
    en: 'Field spelt Internal_status',
    on: PAY_AND_QUERY,
    times: ALWAYS,
    answer: { kind: 'upper-spelling', effect: true },
  },
  {
    cents: 40,
    id: 'queries-lost',
    zh: '输密码 6 秒，前 3 次查询丢失',
    en: 'Password for 6 s, the first 3 queries lost',
    on: ['query_order'],
    times: 3,
    answer: NEVER_ARRIVED,
    life: paysAfter(6),
  },
  {
    cents: 41,
    id: 'initial-10s',
    zh: '初始状态 10 秒后支付',
    en: 'Initial state for 10 s, then paid',
    life: paysAfter(10, 'initial'),
  },
  {
    cents: 42,
    id: 'missing-10s',
    zh: '钱包暂无订单（支付宝 7），10 秒后支付',
    en: 'Missing at the wallet (Alipay 7) for 10 s, then paid',
    life: paysAfter(10, 'missing'),
  },
  {
    cents: 43,
    id: 'pay-error',
    zh: '已受理，支付出错',
    en: 'Taken, payment failed at the wallet',
    life: { kind: 'errors' },
  },
  {
    cents: 44,
    id: 'number-taken',
    zh: '订单号已被占用（407）',
    en: 'Order number taken (407)',
    on: PAY,
    times: ALWAYS,
    answer: { kind: 'status', status: 104, internalStatus: 407, effect: false },
  },
  {
    cents: 45,
    id: 'repeat-refused',
    zh: '已扣款，应答丢失，重发得到 101',
    en: 'Charged, answer lost, a repeat gets 101',
    on: PAY,
    answer: LOST,
    repeatAnswer: { kind: 'status', status: 101, internalStatus: 1, effect: false },
  },
];

const BY_ID = new Map(FAULT_SCRIPTS.map((script) => [script.id, script]));
const BY_CENTS = new Map(FAULT_SCRIPTS.map((script) => [script.cents, script]));

/** The script with this id; undefined when there is none. */
export function scriptById(id: string): FaultScript | undefined {
  return BY_ID.get(id);
}

/** The script that an order total chooses; undefined for a plain amount. */
export function scriptByAmount(totalFen: Fen): FaultScript | undefined {
  return Math.trunc(totalFen / 100) === SCRIPT_YUAN ? BY_CENTS.get(totalFen % 100) : undefined;
}

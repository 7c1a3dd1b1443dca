import { yuanText } from '../fen.ts';
import type { PaymentOutcome } from '../journal-record.ts';
import type { Platform } from '../platform.ts';
import type { ScreenWords } from './screen-words.ts';

const PLATFORM: Record<Platform, string> = { wechat: '微信支付', alipay: '支付宝' };

const OUTCOME: Record<Exclude<PaymentOutcome, 'paid'>, string> = {
  failed: '未收款，可重新收款',
  'not-sent': '网络不通，未收款',
  denied: '网关无此订单，未收款',
};

/** The screens in Chinese; phrases that scripts rely on are those of the headless interface. */
export const ZH_CN: ScreenWords = {
  yuan: (fen) => `¥${yuanText(fen)}`,
  platform: (platform) => PLATFORM[platform],
  orderNumber: (order) => `订单号 ${order}`,
  unconfigured: ['终端未配置', '请在手机商户管理系统', '打开配置二维码并扫描'],
  configuring: ['正在配置', '请稍候…'],
  configured: (shopName) => ['配置成功', shopName, '按确认键开始收款'],
  configFailed: '配置失败',
  configTrouble: {
    expired: '二维码已过期，请重新生成',
    'bound-elsewhere': '该设备已被绑定，请先解绑',
    rejected: '网关拒绝了配置',
    unreachable: '连不上网关，请检查网络',
    'key-refused': '新密钥未通过验证',
    storage: '配置无法保存',
  },
  configKept: '原配置仍可使用',
  idle: '请输入金额',
  staff: (staffId) => `店员 ${staffId}`,
  connection: { up: '网络正常', down: '网络不通' },
  printer: {
    ok: '打印机正常',
    'out-of-paper': '打印机缺纸',
    'cover-open': '打印机开盖',
    unplugged: '打印机未连接',
  },
  waitingSlips: (count) => `待打印 ${count} 张`,
  openOrders: (count) => `未确认订单 ${count} 笔`,
  storageFailed: '存储故障，暂停收款',
  amountHint: '按确认键，再扫付款码',
  presentCode: '请出示付款码',
  paying: '正在收款',
  password: '等待用户输入密码中',
  paid: (platform) => `${PLATFORM[platform]}收款成功`,
  paidLate: '刚才那笔已到账',
  failed: '收款失败',
  outcome: OUTCOME,
  unknown: '结果未确认',
  unknownHelp: '通过订单查询确认支付结果或手机端商户管理系统确认支付结果',
  unknownWarning: '请勿重复收款',
  refused: {
    'amount-zero': () => ['金额必须大于0', '请重新输入'],
    'amount-over-maximum': (detail) => ['超过单笔限额', `最多 ¥${yuanText(Number(detail))}`],
    'no-sub-terminal-type': () => ['暂不能收款', '未设置 sub_terminal_type', '请联系服务商，由云支付分配'],
    unconfigured: () => ['暂不能收款', '终端未配置', '请先扫描配置二维码'],
    'storage-failed': () => ['暂不能收款', '存储故障，正在恢复', '查询仍可使用'],
    'too-many-unresolved': (detail) => ['暂不能收款', `未确认订单已有 ${detail} 笔`, '请先检查网络，等待确认'],
    'over-refundable': (detail) => ['超过可退金额', detail === '' ? '' : `最多可退 ¥${yuanText(Number(detail))}`],
    'not-started': (detail) => ['未收款', detail],
  },
  confirmSameAmount: (order) => [
    '同金额订单未确认',
    `订单号 ${order}`,
    '确认：是另一位顾客',
    '查询：先查上一笔',
    '取消：返回',
  ],
  domainCheck: '域名检测',
  domainRow: { waiting: '等待', asking: '检测中…', alive: '可用', dead: '不可用' },
  domainChosen: (domain) => `使用 ${domain}`,
  domainNone: '没有可用域名，请检查网络',
  menu: { domainCheck: '域名检测' },
  menuTitle: '菜单',
  notes: {
    none: '',
    'enter-amount-first': '请先输入金额，再扫付款码',
    'not-a-configuration': '请扫描配置二维码',
    'press-enter-first': '请先按确认键，再扫付款码',
    'not-a-customer-code': '这不是付款码',
    'own-order-code': '这是订单条码，不是付款码',
    'refresh-code': '付款码已用过，请刷新付款码',
    'other-wallet': '不支持的钱包，请用微信或支付宝',
    'foreign-configuration': '配置码不是本网关的，已拒绝',
    'malformed-configuration': '配置码内容不全，请重新生成',
    'check-digit': '订单号有误，请核对',
    'foreign-order': '不是本商户的订单号',
    'bad-wifi-code': 'WiFi 码内容有误',
    'unknown-code': '不认识的码',
  },
};

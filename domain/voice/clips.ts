import type { Locale } from '../sentence.ts';
import { NUMBER_CLIPS } from './amount-speech.ts';

/** One recording of the clip pack: its stable id (the file's name) and what it says. */
export interface Clip {
  readonly id: string;
  readonly text: string;
}

/** id: [Chinese, English]. An id never changes its meaning: clip packs of service providers are recorded against them. */
const PHRASES = {
  // Payment
  'wechat-paid': ['微信支付收款成功', 'WeChat payment received'],
  'alipay-paid': ['支付宝收款成功', 'Alipay payment received'],
  late: ['刚才那笔', 'The earlier payment'],
  'after-power-cut': ['断电前那笔', 'The payment before the power cut'],
  'paid-at': ['付款时间', 'paid at'],
  'time-hour': ['点', 'hours'],
  'time-minute': ['分', 'minutes'],
  'time-sharp': ['整', 'sharp'],
  'not-charged': ['未收款', 'was not charged'],
  'payment-failed': ['收款失败', 'Payment failed'],
  'charge-again': ['请重新收款', 'please charge again'],
  'nothing-charged': ['没有收款', 'Nothing was charged'],
  'check-network': ['请检查网络', 'please check the network'],
  unresolved: ['结果未确认', 'The result is not confirmed'],
  'query-order': ['请查单', 'please query the order'],
  'do-not-charge-again': ['勿重复收款', 'do not charge again'],
  password: ['请顾客输入密码', 'Please ask the customer to enter the password'],
  'present-code': ['请出示付款码', 'Please show the payment code'],
  'refresh-code': ['请刷新付款码', 'Please refresh the payment code'],
  // Refund
  'wechat-refund-accepted': ['微信退款已受理', 'WeChat refund accepted'],
  'alipay-refund-accepted': ['支付宝退款已受理', 'Alipay refund accepted'],
  'wechat-refunded': ['微信退款成功', 'WeChat refund completed'],
  'alipay-refunded': ['支付宝退款成功', 'Alipay refund completed'],
  'wechat-refund-failed': ['微信退款失败', 'WeChat refund failed'],
  'alipay-refund-failed': ['支付宝退款失败', 'Alipay refund failed'],
  'wechat-refund-unknown': ['微信退款结果未确认', 'The WeChat refund is not confirmed'],
  'alipay-refund-unknown': ['支付宝退款结果未确认', 'The Alipay refund is not confirmed'],
  'do-not-refund-again': ['勿重复退款', 'do not refund again'],
  'wechat-refund-manual': ['微信退款需人工处理', 'The WeChat refund needs manual handling'],
  'alipay-refund-manual': ['支付宝退款需人工处理', 'The Alipay refund needs manual handling'],
  // Query
  'wechat-order': ['微信支付订单', 'WeChat order'],
  'alipay-order': ['支付宝订单', 'Alipay order'],
  'state-paid': ['已支付', 'paid'],
  'state-partly-refunded': ['已部分退款', 'partly refunded'],
  'state-fully-refunded': ['已全额退款', 'fully refunded'],
  'state-unpaid': ['未支付', 'not paid'],
  'state-closed': ['已关闭', 'closed'],
  'state-unresolved': ['结果未确认', 'result not confirmed'],
  'order-not-found': ['没有找到这笔订单', 'This order was not found'],
  // Terminal
  configuring: ['开始配置', 'Configuration started'],
  configured: ['配置成功', 'Configuration complete'],
  'configuration-failed': ['配置失败', 'Configuration failed'],
  'configuration-kept': ['原配置仍然有效', 'the old configuration still works'],
  'configuration-scan-again': ['请重新获取二维码', 'please get a new configuration code'],
  unbound: ['设备已解绑', 'The terminal is unbound'],
  'domain-number': ['域名', 'Domain'],
  'domain-alive': ['可用', 'is available'],
  'domain-dead': ['不可用', 'is not available'],
  'no-domain': ['没有可用域名', 'No domain is available'],
  'wifi-joining': ['正在连接无线网络', 'Joining the wireless network'],
  'wifi-joined': ['无线网络已连接', 'The wireless network is connected'],
  'wifi-failed': ['无线网络连接失败', 'The wireless network could not be joined'],
  'staff-set': ['店员已设置', 'Staff set to'],
  'storage-alarm': ['存储故障', 'Storage fault'],
  'stop-charging': ['请停止收款', 'please stop charging'],
  'call-service': ['请联系服务商', 'please call your service provider'],
  'printer-out-of-paper': ['打印机缺纸', 'The printer is out of paper'],
  'printer-fault': ['打印机故障', 'Printer fault'],
  'load-paper': ['请装纸', 'please load paper'],
  'check-printer': ['请检查打印机', 'please check the printer'],
  'upgrade-started': ['开始升级', 'Upgrade started'],
  'keep-power': ['请勿断电', 'please keep the power on'],
  'upgrade-done': ['升级成功', 'Upgrade complete'],
  'upgrade-failed': ['升级失败', 'Upgrade failed'],
  'upgrade-rolled-back': ['已恢复原版本', 'the earlier version is back'],
  'upgrade-none': ['已是最新版本', 'This is the newest version'],
  'clock-wrong': ['时钟不正确', 'The clock is not right'],
  // The spoken flow
  'guidance-on': ['语音引导已打开', 'Spoken guidance is on'],
  'guidance-off': ['语音引导已关闭', 'Spoken guidance is off'],
  'step-amount': ['已输入金额', 'Amount entered'],
  'step-paying': ['正在收款', 'Charging'],
  'step-same-amount': ['同金额订单未确认', 'The same amount is not confirmed'],
  'step-scan-slip': ['请扫描小票条码', 'Please scan the slip'],
  'step-refund-amount': ['按确认键退款', 'Press enter to refund'],
  'step-refund-pin': ['请输入退款密码', 'Please enter the refund PIN'],
  'step-refund-code': ['请店长授权', 'Please ask the manager'],
  'step-refunding': ['正在退款', 'Refunding'],
  'step-amount-zero': ['金额必须大于零', 'The amount must be more than zero'],
  'step-amount-over-maximum': ['金额超过上限', 'The amount is over the limit'],
  'step-over-refundable': ['超过可退金额', 'Over the refundable amount'],
  'step-not-refundable': ['这笔订单不能退款', 'This order cannot be refunded'],
  'step-no-network': ['网络不通', 'There is no network'],
  'step-refused': ['没有收款', 'Not charged'],
  'speaker-test': ['语音播报测试', 'This is a test of the voice'],
  'nothing-to-replay': ['没有可重播的播报', 'There is nothing to repeat'],
  /** Before every sentence of a rehearsal. */
  rehearsal: ['演练', 'Rehearsal'],
} as const satisfies Record<string, readonly [string, string]>;

/** The id of a recorded phrase; numbers have clips of their own. */
export type PhraseClip = keyof typeof PHRASES;

/** Every clip that a sentence may be made of, per language: the list a clip pack must hold. */
export const CLIPS: Record<Locale, readonly Clip[]> = {
  'zh-CN': [...NUMBER_CLIPS['zh-CN'], ...Object.entries(PHRASES).map(([id, [text]]) => ({ id, text }))],
  en: [...NUMBER_CLIPS.en, ...Object.entries(PHRASES).map(([id, [, text]]) => ({ id, text }))],
};

import type { FailureCode } from '../../domain/failure.ts';
import type { Locale } from '../../domain/sentence.ts';
import type { ScanNote } from '../../domain/screens/screen-view.ts';
import type { ALERT_KINDS } from '../../fleet/service/state/alerts.ts';

/** What is behind a code and what to do about it. */
export interface Remedy {
  readonly cause: string;
  readonly remedy: string;
}

type InBoth = Readonly<Record<Locale, Remedy>>;
type AlertKind = (typeof ALERT_KINDS)[number];

function said(zh: readonly [string, string], en: readonly [string, string]): InBoth {
  const of = ([cause, remedy]: readonly [string, string]): Remedy => ({ cause, remedy });
  return { 'zh-CN': of(zh), en: of(en) };
}

/** Every failure code of the terminal; one that is missing does not compile. */
export const FAILURE_REMEDIES: Readonly<Record<FailureCode, InBoth>> = {
  'storage.failed': said(
    ['写入或刷盘失败，收款立即停止，查询照常。', '等它自行恢复；反复出现就更换存储，更换前先把数据目录备份出来。'],
    [
      'A write or flush failed: sales stop at once, queries go on.',
      'Let it recover by itself; if it comes back, replace the storage after saving the data folder.',
    ],
  ),
  'storage.corrupt': said(
    ['读到的内容与校验不符。', '不要删除数据目录。打包交给厂家；其余仍可读的记录不受影响。'],
    [
      'What was read does not fit its checksum.',
      'Do not delete the data folder. Send it to the maker; all other records stay readable.',
    ],
  ),
  'storage.locked': said(
    ['同一数据目录已有另一个终端进程在用。', '先停掉另一个进程；一个目录只供一台终端。'],
    ['Another terminal process uses the same data folder.', 'Stop the other one; a folder belongs to one terminal.'],
  ),
  'gateway.not-sent': said(
    ['请求一个字节也没有发出：域名解析、TCP 或 TLS 失败。', '检查网线、WiFi、时钟和证书；终端会自动换域名。没有扣款。'],
    [
      'No byte of the request left: name look-up, TCP or TLS failed.',
      'Check cable, WiFi, clock and certificates; the terminal changes the domain by itself. Nothing was charged.',
    ],
  ),
  'gateway.unknown': said(
    ['请求发出了，但没有得到可以相信的应答。', '按订单查询；终端会自己继续查到真实结果。不要当作失败。'],
    [
      'The request left, and no answer came that can be believed.',
      'Query the order; the terminal goes on asking by itself. Never take it for a failure.',
    ],
  ),
  'configuration.invalid': said(
    ['配置文件的某个键不合规定，或资源文件缺失、损坏。', '按提示逐个改正所列的键；文件损坏就重新安装。'],
    [
      'A key of the configuration file is wrong, or a file that ships with it is missing or damaged.',
      'Correct every key that the message names; reinstall when a file is damaged.',
    ],
  ),
  'configuration.missing': said(
    ['还没有商户配置。', '在手机商户管理系统取配置二维码，在终端上扫描。'],
    [
      'There is no merchant configuration yet.',
      'Get the configuration QR in the merchant system on a phone and scan it.',
    ],
  ),
  'order-number.exhausted': said(
    ['本设备前缀下的订单号已用完。', '联系服务商换一个收银员编号（前缀），重新配置。'],
    [
      'The order numbers of this device’s prefix are used up.',
      'Have the provider allot another cashier id (prefix) and configure again.',
    ],
  ),
  'printer.out-of-paper': said(
    ['打印机缺纸。', '装纸；等着的小票会各打一次，不会重打。'],
    ['The printer has no paper.', 'Load paper; what waits is printed once each.'],
  ),
  'printer.cover-open': said(['打印机盖没关好。', '合上盖子。'], ['The cover of the printer is open.', 'Close it.']),
  'printer.unplugged': said(
    ['找不到打印机。', '检查电源和连线；网络打印机检查地址与 9100 端口。'],
    ['The printer is not there.', 'Check power and cable; for a network printer its address and port 9100.'],
  ),
  'printer.failed': said(
    ['打印机报错或写入失败。', '关机再开；仍有错请做自检，并把自检单交给服务商。'],
    [
      'The printer reports an error, or writing to it failed.',
      'Switch it off and on; then run the self-test and give its slip to the provider.',
    ],
  ),
  'printer.interrupted': said(
    ['打印中途断开，这张是否打完不能确定。', '看纸面；缺了就在流水里按重印键补打，补打的票上有“补打”。'],
    [
      'Printing broke off; whether the slip is whole cannot be known.',
      'Look at the paper; if it is not whole, reprint it from the journal: reprints say so.',
    ],
  ),
  'speaker.failed': said(
    ['放不出声音。', '检查音量与声卡；收款不受影响，看屏幕。'],
    ['No sound can be played.', 'Check volume and sound card; payments go on, read the screen.'],
  ),
  'screen.failed': said(
    ['屏幕打不开或写不进去。', '检查 `devices.screen` 与连线。'],
    ['The display cannot be opened or written.', 'Check `devices.screen` and the cable.'],
  ),
  'scanner.failed': said(
    ['扫码头没有响应。', '检查 `devices.scanner` 与连线，做自检。'],
    ['The scanner does not answer.', 'Check `devices.scanner` and the cable, run the self-test.'],
  ),
  'wifi.not-found': said(
    ['收不到这个网络。', '检查名称和距离；5 GHz 网络需要支持 5 GHz 的网卡。'],
    ['The network is not received.', 'Check name and distance; 5 GHz needs a radio that has it.'],
  ),
  'wifi.refused': said(
    ['密码不对。', '重新生成 WiFi 二维码再扫。'],
    ['The passphrase is wrong.', 'Make a new WiFi QR and scan it.'],
  ),
  'wifi.failed': said(
    ['网络拒绝接入，或接入后没有地址。', '检查路由器；原来的网络会自动恢复。'],
    ['The network refused, or gave no address.', 'Check the router; the network of before comes back by itself.'],
  ),
};

/** What to do about each remark of the terminal on a scan. */
export const NOTE_REMEDIES: Readonly<Record<Exclude<ScanNote, 'none'>, Readonly<Record<Locale, string>>>> = {
  'enter-amount-first': {
    'zh-CN': '先输入金额、按确认，再让顾客出示付款码。',
    en: 'Type the amount and enter, then have the code shown.',
  },
  'not-a-configuration': {
    'zh-CN': '终端还没配置，只认配置码和 WiFi 码。',
    en: 'Not configured yet: only configuration and WiFi codes are taken.',
  },
  'press-enter-first': { 'zh-CN': '金额输完先按确认键。', en: 'Press enter after the amount.' },
  'not-a-customer-code': {
    'zh-CN': '请顾客打开微信或支付宝的付款码（不是收款码、名片码）。',
    en: 'Ask for the payment code of WeChat or Alipay, not another code.',
  },
  'own-order-code': {
    'zh-CN': '扫到的是小票条码。要查单请先按取消，再扫。',
    en: 'That is a slip’s barcode. To query it press cancel first.',
  },
  'refresh-code': {
    'zh-CN': '同一个付款码已经用过。请顾客刷新后再扫，不会重复扣款。',
    en: 'The code was used already: have it refreshed. Nothing is charged twice.',
  },
  'other-wallet': { 'zh-CN': '请顾客换微信或支付宝。', en: 'Ask for WeChat or Alipay.' },
  'foreign-configuration': {
    'zh-CN': '配置码的地址不是本终端允许的网关；请核对二维码来源。',
    en: 'The code leads to a gateway that this terminal does not allow: check where it comes from.',
  },
  'malformed-configuration': { 'zh-CN': '配置码内容不全，重新生成。', en: 'The code is not complete: make a new one.' },
  'check-digit': { 'zh-CN': '手输的订单号有一位不对，对照小票重输。', en: 'A digit is wrong: compare with the slip.' },
  'foreign-order': { 'zh-CN': '这张小票不是本商户的。', en: 'The slip is not of this merchant.' },
  'bad-wifi-code': { 'zh-CN': 'WiFi 码格式不对，重新生成。', en: 'The WiFi code is malformed: make a new one.' },
  'not-an-order': { 'zh-CN': '请扫小票上的订单条码。', en: 'Scan the barcode of a slip.' },
  'foreign-refund': { 'zh-CN': '请改扫原收款小票上的订单条码。', en: 'Scan the barcode of the payment slip instead.' },
  'unknown-code': { 'zh-CN': '不认识的码，请换一个。', en: 'Nothing that the terminal knows: show another code.' },
};

/** What came of a request, as the support code says it in the place of a status. */
export const CALL_REMEDIES: Readonly<Record<'not-sent' | 'unknown' | 'refused' | 'not-found', InBoth>> = {
  'not-sent': said(
    ['没有连上：域名解析、TCP 或 TLS 失败，什么也没发出。', '查网络、时钟、证书；看第几个域名不通。'],
    [
      'No connection: name look-up, TCP or TLS. Nothing was sent.',
      'Check network, clock and certificates; see which domain it was.',
    ],
  ),
  unknown: said(
    [
      '发出了，但超时、断线，或应答验不过签名。',
      '按订单查询。偶发是网络；只有一个域名这样，是那个域名；签名总验不过，重新配置。',
    ],
    [
      'Sent, then a time-out, a broken line, or an answer whose signature does not verify.',
      'Query the order. Now and then: the network. One domain only: that domain. Signatures never verify: configure again.',
    ],
  ),
  refused: said(
    ['网关明确拒绝（带签名）。', '看后面的状态码，见下表。'],
    ['A signed refusal of the gateway.', 'See the status below.'],
  ),
  'not-found': said(
    ['网关说没有这个订单（带签名）。', '终端会在十分钟后定为未收款并播报；在此之前不要当作失败。'],
    [
      'A signed “no such order”.',
      'After ten minutes the terminal settles it as not charged and says so; until then it is no failure.',
    ],
  ),
};

/** The documented states of the gateway's answers: status, internal status, and what they mean on the counter. */
export const STATUS_REMEDIES: readonly {
  readonly status: number;
  readonly internalStatus: number | null;
  readonly text: InBoth;
}[] = [
  {
    status: 0,
    internalStatus: null,
    text: said(
      ['请求已受理，不等于已付款。', '看订单状态；终端据此判断。'],
      ['The request was accepted, which is not “paid”.', 'The order’s state decides.'],
    ),
  },
  {
    status: 3,
    internalStatus: null,
    text: said(
      ['网关自己也不知道结果。', '终端自动查询，无需操作。'],
      ['The gateway does not know the result itself.', 'The terminal asks on; nothing to do.'],
    ),
  },
  {
    status: 101,
    internalStatus: null,
    text: said(
      ['请求本身有误（无签名，不作为付款失败的依据）。', '检查时间、配置；反复出现请重新扫配置码。'],
      [
        'The request itself is wrong (unsigned: no proof that a payment failed).',
        'Check clock and configuration; configure again when it stays.',
      ],
    ),
  },
  {
    status: 101,
    internalStatus: 7,
    text: said(
      ['验证码错误：密钥与网关不一致。', '重新扫配置二维码。'],
      ['Wrong authentication code: the key is not the gateway’s.', 'Scan a new configuration QR.'],
    ),
  },
  {
    status: 102,
    internalStatus: null,
    text: said(
      ['订单号重复或被占用，本单未收款。', '重新收款，终端自动换新号。'],
      ['The number is taken; this sale was not charged.', 'Charge again: the terminal takes a new number.'],
    ),
  },
  {
    status: 103,
    internalStatus: null,
    text: said(
      ['网关还在处理。', '终端等 3 秒后自动查询。'],
      ['The gateway is still at it.', 'The terminal waits 3 s and asks.'],
    ),
  },
  {
    status: 104,
    internalStatus: null,
    text: said(
      ['网关拒绝：余额不足、码过期、门店设备信息不符等，见屏幕上的原话。', '照原话处理。'],
      [
        'Refused: balance too low, code expired, shop or device not as registered; the screen has the gateway’s words.',
        'Act on these words.',
      ],
    ),
  },
  {
    status: 104,
    internalStatus: 407,
    text: said(
      ['这个号属于更早的一笔订单。绝不能因此撤销或退款。', '重新收款；并把报修码发给服务商。'],
      [
        'The number belongs to an earlier order. Never refund because of it.',
        'Charge again and send the support code to the provider.',
      ],
    ),
  },
  {
    status: 104,
    internalStatus: 400,
    text: said(
      ['网关没有这个订单。', '核对订单号；刚收的款请稍等再查。'],
      ['The gateway has no such order.', 'Check the number; query a fresh sale again a little later.'],
    ),
  },
  {
    status: 104,
    internalStatus: 426,
    text: said(['这个订单没有退款记录。', '正常，无需处理。'], ['The order has no refund.', 'Normal.']),
  },
  {
    status: 104,
    internalStatus: 1,
    text: said(
      ['配置二维码已过期或用过（有效 5 分钟）。', '重新生成再扫。'],
      ['The configuration QR is spent (it lives for 5 minutes).', 'Make a new one.'],
    ),
  },
  {
    status: 104,
    internalStatus: 3214,
    text: said(
      ['设备号已绑定到另一台终端。', '在原终端解绑（菜单 8），或请管理员解绑。'],
      ['The device id is bound to another terminal.', 'Unbind it there (menu 8), or have the administrator do it.'],
    ),
  },
  {
    status: 104,
    internalStatus: 3215,
    text: said(
      ['设备号早已解绑。', '正常，终端按已解绑处理。'],
      ['The device id was unbound before.', 'Normal: the terminal counts it as unbound.'],
    ),
  },
];

/** What the fleet service raises an alert for. */
export const ALERT_REMEDIES: Readonly<Record<AlertKind, InBoth>> = {
  offline: said(
    ['终端离线超过阈值，且不是正常关机。', '看最后的信号与断线原因；打电话问店里电源和网络。'],
    [
      'Off-line for longer than the threshold, and not by an orderly stop.',
      'Look at its last signal and why it went; call the shop about power and network.',
    ],
  ),
  'unknown-rate': said(
    [
      '近一两小时里结果未确认的付款占比过高。',
      '看是一台还是一片：一台查它的网络，一片查域名与网关公告。必要时暂停升级。',
    ],
    [
      'Too many payments of the last hour or two ended unknown.',
      'One terminal: its network. Many: domains and the gateway’s notices. Pause campaigns.',
    ],
  ),
  'paper-out': said(
    ['打印机缺纸。', '提醒门店装纸；等待的小票会补上。'],
    ['The printer has no paper.', 'Tell the shop; what waits will be printed.'],
  ),
  'clock-wrong': said(
    ['终端时钟与服务器相差过大。', '检查网络校时；单据时间会不准，付款结果不受影响。'],
    [
      'The terminal’s clock is far off.',
      'Check time synchronisation; slips carry a wrong time, verdicts are not affected.',
    ],
  ),
  'storage-failing': said(
    ['终端存储出错，已停止收款。', '安排更换；不要远程清空数据。'],
    ['Its storage fails, it has stopped selling.', 'Replace it; never wipe its data from afar.'],
  ),
  'no-domain': said(
    ['四个域名都不通。', '让门店做域名检测（菜单 3），查网络出口。'],
    ['None of the domains answers.', 'Have the shop run the domain check (menu 3), look at its way out.'],
  ),
  'configuration-refused': said(
    ['终端拒绝了下发的配置。', '看拒绝理由，改正后下发新版本。'],
    ['The terminal refused the desired configuration.', 'Read why, correct it, send a new version.'],
  ),
};

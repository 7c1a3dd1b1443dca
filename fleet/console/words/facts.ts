type Words = Readonly<Record<string, string>>;

/** Words of facts: journal entries, details of alerts, what was asked for. What is not here is shown by its own name. */
export const FACTS = {
  zh: {
    types: {
      ...{ ORDER_INTENT: '收款意图', ORDER_RESULT: '收款结果', REFUND_INTENT: '退款意图', REFUND_RESULT: '退款结果' },
      ...{ TOLD: '已告知', COUNTER_BLOCK: '取号段', CONFIGURED: '已绑定', BOOT: '启动', STOPPED: '有序停止' },
      ...{ CRASHED: '异常结束', UPGRADE: '升级', ORDER_SEEN: '查到订单', SHIFT_CLOSED: '交班' },
      ...{ CARRIED: '转存', DROPPED: '已放弃', GONE: '已不在' },
    } as Words,
    names: {
      ...{ order: '订单', refund: '退款单', amountFen: '金额', refundFen: '退款', orderFen: '订单金额' },
      ...{ refundedFen: '已退', unresolvedFen: '未决金额', platform: '平台', staffId: '收银员', outcome: '结果' },
      ...{ windowEndsAtMs: '收款窗口至', reason: '原因', paidAtMs: '支付于', late: '迟到', channel: '方式' },
      ...{ until: '至号', outShopId: '门店', deviceId: '设备', orderPrefix: '订单前缀', boot: '启动计数' },
      ...{ version: '版本', step: '步骤', why: '原因', state: '状态', shift: '班次', unresolvedCount: '未决笔数' },
      ...{ printer: '打印机', storage: '存储', domains: '域名数', offMs: '偏差', payments: '笔数', unknown: '未确认' },
      ...{ ver: '版本', note: '备注', name: '名称', role: '角色', expiresMs: '到期', kind: '类别', id: '编号' },
      ...{ args: '参数', exp: '有效期至', plan: '计划', doc: '文档', waves: '各批', filter: '筛选', soakMs: '观察' },
      ...{ terminals: '终端数', failuresMax: '允许失败', followMs: '跟随', percent: '音量', level: '级别' },
      ...{ count: '条数', label: '标签', before: '原为', q: '包含', sw: '软件版本', hw: '型号', presence: '在线状态' },
      ...{
        alert: '告警',
        configured: '已绑定',
        configuration: '配置',
        tids: '终端',
        offlineMs: '离线超过',
        wave: '批',
      },
      ...{ unknownPercent: '未确认达到', unknownPaymentsMin: '至少笔数', clockOffMs: '时钟偏差超过', hash: '哈希' },
      ...{ provider: '登录途径', by: '由', limits: '门槛', causes: '原因', retried: '重试' },
    } as Words,
    values: {
      ...{ wechat: '微信支付', alipay: '支付宝', voice: '语音', slip: '小票', paid: '已支付', failed: '未支付' },
      ...{ 'not-sent': '未发出', denied: '被拒', accepted: '已受理', refunded: '已退款', manual: '需人工' },
      ...{ rejected: '被拒绝', online: '在线', offline: '离线' },
    } as Words,
    offline: { lease: '很久没有消息', will: '连接中断', stop: '正常停机' } as Words,
    outcomes: {
      ...{ paid: '已支付', failed: '未支付', 'not-sent': '未发出', denied: '被拒', unknown: '未确认' },
      ...{ 'refund-accepted': '退款受理', 'refund-refunded': '已退款', 'refund-failed': '退款失败' },
      ...{ 'refund-manual': '退款需人工', 'refund-rejected': '退款被拒', 'refund-not-sent': '退款未发出' },
    } as Words,
  },
  en: {
    types: {
      ...{ ORDER_INTENT: 'payment begun', ORDER_RESULT: 'payment settled', REFUND_INTENT: 'refund begun' },
      ...{ REFUND_RESULT: 'refund settled', TOLD: 'told', COUNTER_BLOCK: 'numbers taken', CONFIGURED: 'bound' },
      ...{ BOOT: 'started', STOPPED: 'stopped in order', CRASHED: 'crashed', UPGRADE: 'upgrade' },
      ...{ ORDER_SEEN: 'order looked up', SHIFT_CLOSED: 'shift closed', CARRIED: 'carried over' },
      ...{ DROPPED: 'given up', GONE: 'no longer there' },
    } as Words,
    names: {
      ...{ order: 'order', refund: 'refund', amountFen: 'amount', refundFen: 'refunded', orderFen: 'order amount' },
      ...{ refundedFen: 'refunded so far', unresolvedFen: 'unresolved', platform: 'platform', staffId: 'cashier' },
      ...{ windowEndsAtMs: 'window until', paidAtMs: 'paid at', until: 'up to', outShopId: 'shop', deviceId: 'device' },
      ...{ orderPrefix: 'order prefix', unresolvedCount: 'unresolved orders', offMs: 'off by', ver: 'version' },
      ...{ expiresMs: 'runs out', args: 'with', exp: 'in time until', doc: 'document', soakMs: 'watched for' },
      ...{ failuresMax: 'failures allowed', followMs: 'followed for', percent: 'volume', q: 'contains' },
      ...{ sw: 'software', hw: 'model', tids: 'terminals', offlineMs: 'offline longer than', count: 'entries' },
      ...{ unknownPercent: 'unknown from', unknownPaymentsMin: 'payments at least', clockOffMs: 'clock off by' },
    } as Words,
    values: { wechat: 'WeChat Pay', alipay: 'Alipay' } as Words,
    offline: { lease: 'not heard for long', will: 'connection broke', stop: 'stopped in order' } as Words,
    outcomes: {
      ...{ 'not-sent': 'not sent', 'refund-accepted': 'refund accepted', 'refund-refunded': 'refunded' },
      ...{ 'refund-failed': 'refund failed', 'refund-manual': 'refund by hand', 'refund-rejected': 'refund refused' },
      ...{ 'refund-not-sent': 'refund not sent' },
    } as Words,
  },
};

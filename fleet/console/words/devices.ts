/** What terminals say of their devices, in words; what is not here is shown as it came. */
export const DEVICES = {
  zh: {
    printer: { ok: '正常', 'out-of-paper': '缺纸', 'cover-open': '机盖未合', unplugged: '未连接' } as Record<
      string,
      string
    >,
    storage: { ok: '正常', failed: '写入失败' } as Record<string, string>,
  },
  en: {
    printer: {
      ...{ ok: 'ready', 'out-of-paper': 'out of paper', 'cover-open': 'cover open', unplugged: 'not connected' },
    } as Record<string, string>,
    storage: { ok: 'working', failed: 'cannot write' } as Record<string, string>,
  },
};

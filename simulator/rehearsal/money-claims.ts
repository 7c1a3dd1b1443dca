import type { Locale } from '../../domain/sentence.ts';

/** What nobody may say of an order that could still be charged (M4). Lower case. */
export const MONEY_CLAIMS: Readonly<Record<Locale, readonly string[]>> = {
  'zh-CN': ['超时', '失败', '未收款', '没有收款', '未扣款'],
  en: ['timed out', 'timeout', 'failed', 'not charged', 'nothing was charged', 'not paid'],
};

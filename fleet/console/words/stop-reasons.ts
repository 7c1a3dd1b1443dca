import type { Language } from './language.ts';
import { toldIn, type ToldSentences } from './told-sentences.ts';

/** The service says in English why it stopped a campaign or gave a terminal up, with its figures; each sentence as a reader of Chinese is told. */
const ZH: ToldSentences = [
  [/^(\d+) terminals? rolled back, (\d+) are allowed/, '{1} 台已退回原版本，允许 {2} 台'],
  [/^(\d+) terminals? ran out of time, (\d+) are allowed/, '{1} 台超时，允许 {2} 台'],
  [/^(\d+) terminals? failed, (\d+) are allowed/, '{1} 台未能升级，允许 {2} 台'],
  [/^only (\d+) payments to judge it by, (\d+) are needed$/, '只有 {1} 笔付款可供判断，需要 {2} 笔'],
  [
    /^fewer payments are approved: (\S+) % instead of (\S+) % in (\d+) payments$/,
    '付款成功率下降：{3} 笔中 {1} %，原来 {2} %',
  ],
  [
    /^more payments end unknown: (\S+) % instead of (\S+) % in (\d+) payments$/,
    '结果未确认增多：{3} 笔中 {1} %，原来 {2} %',
  ],
  [
    /^payments take (\S+) times as long: (\d+) ms instead of (\d+) ms to the result, in (\d+) payments$/,
    '付款慢到 {1} 倍：{4} 笔平均 {2} 毫秒，原来 {3} 毫秒',
  ],
  [/^it did not come to an end in time$/, '没有按时完成'],
  [/^it started again (\d+) times$/, '又重启了 {1} 次'],
  [/^it starts again and again$/, '反复重启'],
  [/^it was confirmed already$/, '早已确认'],
  [/^pause by (.+)$/, '由 {1} 暂停'],
  [/^abort by (.+)$/, '由 {1} 中止'],
];

/** Why a campaign stands or a job ended, in the reader's language; what an operator wrote himself stays as it is. */
export function stopReasonIn(language: Language, why: string): string {
  return language === 'en' ? why : toldIn(ZH, why);
}

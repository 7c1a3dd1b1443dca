import type { Locale } from '../sentence.ts';

const WORDS = {
  'zh-CN': {
    title: '演练报告',
    subTerminalType: '终端类型',
    gateway: '网关',
    sandbox: '内置沙盒',
    took: '用时',
    seconds: (seconds: number) => `${seconds}秒`,
    state: { passed: '通过', failed: '未通过', 'not-played': '未进行' },
    onTerminal: '本机',
    verdict: '结论',
    passed: '全部通过',
    failed: (count: number) => `${count}项未通过`,
    note: '以上收款和退款均在沙盒中进行，没有真实资金。',
  },
  en: {
    title: 'REHEARSAL REPORT',
    subTerminalType: 'Terminal type',
    gateway: 'Gateway',
    sandbox: 'built-in sandbox',
    took: 'Took',
    seconds: (seconds: number) => `${seconds} s`,
    state: { passed: 'passed', failed: 'FAILED', 'not-played': 'not played' },
    onTerminal: 'Terminal',
    verdict: 'Verdict',
    passed: 'PASSED',
    failed: (count: number) => `${count} NOT PASSED`,
    note: 'All payments and refunds above were made in the sandbox. No money moved.',
  },
} as const;

/** The words of a rehearsal's report in one language. */
export type RehearsalWords = (typeof WORDS)[Locale];

/** The words of a rehearsal's report in the language of the terminal. */
export function rehearsalWords(locale: Locale): RehearsalWords {
  return WORDS[locale];
}

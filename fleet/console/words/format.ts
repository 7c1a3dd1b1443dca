import type { Language } from './language.ts';

const LOCALES = { zh: 'zh-CN', en: 'en-GB' } as const;
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How numbers, instants and spans read in a language. Instants are epoch ms. */
export interface Format {
  readonly count: (value: number) => string;
  readonly day: (ms: number) => string;
  /** Day and time, to the second. */
  readonly instant: (ms: number) => string;
  /** Time of the day, to the millisecond. */
  readonly clock: (ms: number) => string;
  /** `3 min`: the largest unit that fits, and the next when it is short. */
  readonly span: (ms: number) => string;
  readonly ago: (ms: number, nowMs: number) => string;
  readonly bytes: (bytes: number) => string;
  readonly yuan: (fen: number) => string;
  readonly percent: (share: number) => string;
}

const UNITS = {
  zh: { day: '天', hour: '小时', minute: '分', second: '秒', ms: '毫秒', ago: '{span}前', now: '刚刚' },
  en: { day: ' d', hour: ' h', minute: ' min', second: ' s', ms: ' ms', ago: '{span} ago', now: 'just now' },
} as const;

function span(language: Language, ms: number): string {
  const units = UNITS[language];
  const parts = [
    [DAY_MS, units.day],
    [HOUR_MS, units.hour],
    [MINUTE_MS, units.minute],
    [SECOND_MS, units.second],
  ] as const;
  const size = Math.abs(ms);
  const at = parts.findIndex(([unit]) => size >= unit);
  const [unit, word] = parts[at] ?? [1, units.ms];
  const whole = Math.floor(size / unit);
  const next = at < 0 ? undefined : parts[at + 1];
  const rest = next === undefined ? 0 : Math.floor((size - whole * unit) / next[0]);
  const tail = next === undefined || rest === 0 || whole >= 10 ? '' : ` ${rest}${next[1]}`;
  return `${ms < 0 ? '−' : ''}${whole}${word}${tail}`;
}

function makeFormat(language: Language): Format {
  const locale = LOCALES[language];
  const numbers = new Intl.NumberFormat(locale);
  const shares = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const money = new Intl.NumberFormat(locale, { style: 'currency', currency: 'CNY', currencyDisplay: 'narrowSymbol' });
  const instants = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
  const days = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  const clocks = new Intl.DateTimeFormat(locale, {
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3, hourCycle: 'h23' },
  });
  return {
    count: (value) => numbers.format(value),
    day: (ms) => days.format(ms),
    instant: (ms) => instants.format(ms),
    clock: (ms) => clocks.format(ms),
    span: (ms) => span(language, ms),
    ago: (ms, now) => {
      const units = UNITS[language];
      return now - ms < SECOND_MS ? units.now : units.ago.replace('{span}', span(language, now - ms));
    },
    bytes: (bytes) => `${numbers.format(Math.round((bytes / 1048576) * 10) / 10)} MB`,
    yuan: (fen) => money.format(fen / 100),
    percent: (share) => shares.format(share),
  };
}

/** Made once for each language: the browser's formatters are slow to make. */
export const FORMATS: Readonly<Record<Language, Format>> = { zh: makeFormat('zh'), en: makeFormat('en') };

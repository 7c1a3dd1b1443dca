import type { Fen } from '../fen.ts';
import type { Locale } from '../sentence.ts';

/** Id of one number clip: `n-` and the number it says, `n-dian` for the decimal point, `n-yuan` for the currency. */
export type NumberClip = `n-${string}`;

/** Greatest amount that can be spoken: 99,999,999.99 yuan, far above what can be typed. */
export const SPOKEN_FEN_MAX = 9_999_999_999;

const CHINESE_DIGITS = '零一二三四五六七八九';
const CHINESE_UNITS = [
  ['n-1000', 1000],
  ['n-100', 100],
  ['n-10', 10],
  ['n-1', 1],
] as const;

/** 1–9999 without a leading zero; `opening`: the group opens the number, where 一十 is said 十. */
function chineseGroup(group: number, opening: boolean): NumberClip[] {
  const clips: NumberClip[] = [];
  let zeros = false;
  for (const [clip, unit] of CHINESE_UNITS) {
    const digit = Math.trunc(group / unit) % 10;
    if (digit === 0) {
      zeros = clips.length > 0;
      continue;
    }
    if (zeros) clips.push('n-0');
    zeros = false;
    const isOpeningTen = opening && clips.length === 0 && unit === 10 && digit === 1;
    if (!isOpeningTen) clips.push(`n-${digit}`);
    if (unit > 1) clips.push(clip);
  }
  return clips;
}

/** 0–99,999,999 in Chinese: groups of four, one 零 for any run of zeros inside, none at an end. */
function chineseWhole(whole: number): NumberClip[] {
  if (whole === 0) return ['n-0'];
  const high = Math.trunc(whole / 10_000);
  const low = whole % 10_000;
  const clips: NumberClip[] = high > 0 ? [...chineseGroup(high, true), 'n-10000'] : [];
  if (low === 0) return clips;
  if (high > 0 && low < 1000) clips.push('n-0');
  return [...clips, ...chineseGroup(low, high === 0)];
}

function englishBelowThousand(number: number): NumberClip[] {
  const clips: NumberClip[] = number >= 100 ? [`n-${Math.trunc(number / 100)}`, 'n-100'] : [];
  const rest = number % 100;
  if (rest === 0) return clips;
  if (rest < 20) return [...clips, `n-${rest}`];
  clips.push(`n-${rest - (rest % 10)}`);
  return rest % 10 === 0 ? clips : [...clips, `n-${rest % 10}`];
}

function englishWhole(whole: number): NumberClip[] {
  if (whole === 0) return ['n-0'];
  const millions = Math.trunc(whole / 1_000_000);
  const thousands = Math.trunc(whole / 1000) % 1000;
  return [
    ...(millions > 0 ? [...englishBelowThousand(millions), 'n-1000000' as const] : []),
    ...(thousands > 0 ? [...englishBelowThousand(thousands), 'n-1000' as const] : []),
    ...englishBelowThousand(whole % 1000),
  ];
}

/** A whole number from 0 to 99,999,999 as clips. @throws RangeError */
export function numberClips(whole: number, locale: Locale): NumberClip[] {
  if (!Number.isSafeInteger(whole) || whole < 0 || whole > 99_999_999) throw new RangeError(`cannot say ${whole}`);
  return locale === 'zh-CN' ? chineseWhole(whole) : englishWhole(whole);
}

/** Digit by digit, as a decimal fraction or a staff id is read. Anything but digits is left out. */
export function digitClips(digits: string): NumberClip[] {
  return [...digits].filter((digit) => digit >= '0' && digit <= '9').map((digit): NumberClip => `n-${digit}`);
}

/**
 * An amount as clips: whole yuan, then the decimals digit by digit without a trailing zero, then the currency.
 * @throws RangeError outside 0 … SPOKEN_FEN_MAX
 */
export function amountClips(amountFen: Fen, locale: Locale): NumberClip[] {
  if (!Number.isSafeInteger(amountFen) || amountFen < 0 || amountFen > SPOKEN_FEN_MAX) {
    throw new RangeError(`cannot say ${amountFen} fen`);
  }
  const whole = numberClips(Math.trunc(amountFen / 100), locale);
  const decimals = String(amountFen % 100)
    .padStart(2, '0')
    .replace(/0+$/, '');
  return [...whole, ...(decimals === '' ? [] : ['n-dian' as const, ...digitClips(decimals)]), 'n-yuan'];
}

/** What each number clip says. */
export const NUMBER_CLIPS: Record<Locale, readonly { readonly id: NumberClip; readonly text: string }[]> = {
  'zh-CN': [
    ...[...CHINESE_DIGITS].map((text, digit) => ({ id: `n-${digit}` as const, text })),
    { id: 'n-10', text: '十' },
    { id: 'n-100', text: '百' },
    { id: 'n-1000', text: '千' },
    { id: 'n-10000', text: '万' },
    { id: 'n-dian', text: '点' },
    { id: 'n-yuan', text: '元' },
  ],
  en: [
    ...(
      'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen ' +
      'seventeen eighteen nineteen'
    )
      .split(' ')
      .map((text, number) => ({ id: `n-${number}` as const, text })),
    ...'twenty thirty forty fifty sixty seventy eighty ninety'
      .split(' ')
      .map((text, at) => ({ id: `n-${(at + 2) * 10}` as const, text })),
    { id: 'n-100', text: 'hundred' },
    { id: 'n-1000', text: 'thousand' },
    { id: 'n-1000000', text: 'million' },
    { id: 'n-dian', text: 'point' },
    { id: 'n-yuan', text: 'yuan' },
  ],
};

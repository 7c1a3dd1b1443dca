import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { amountClips, NUMBER_CLIPS, SPOKEN_FEN_MAX } from '../../../domain/voice/amount-speech.ts';

const speech = suite('domain/voice/amount-speech');

function say(amountFen: number, locale: 'zh-CN' | 'en' = 'zh-CN'): string {
  const texts = new Map(NUMBER_CLIPS[locale].map(({ id, text }) => [id, text]));
  return amountClips(amountFen, locale)
    .map((clip) => texts.get(clip))
    .join(locale === 'en' ? ' ' : '');
}

/** An ear of its own: reads a spoken amount back to fen by the value of each word, sharing nothing with the speaker. */
function hearChinese(text: string): number {
  const [spoken, decimals = ''] = text.replace(/元$/, '').split('点');
  let total = 0;
  let group = 0;
  let digit: number | null = null;
  for (const word of spoken ?? '') {
    const value = '零一二三四五六七八九'.indexOf(word);
    const unit = { 十: 10, 百: 100, 千: 1000 }[word];
    if (value >= 0) digit = value;
    else if (unit !== undefined) [group, digit] = [group + (digit ?? 1) * unit, null];
    else if (word === '万') [total, group, digit] = [total + (group + (digit ?? 0)) * 10_000, 0, null];
    else throw new Error(`heard ${word}`);
  }
  const cents = [...decimals].map((word) => '零一二三四五六七八九'.indexOf(word)).join('');
  return (total + group + (digit ?? 0)) * 100 + Number(cents.padEnd(2, '0'));
}

function hearEnglish(text: string): number {
  const small =
    'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
      ' ',
    );
  const tens = 'x ten twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
  const [spoken = '', decimals = ''] = text.replace(/ yuan$/, '').split(' point');
  let total = 0;
  let group = 0;
  for (const word of spoken.split(' ')) {
    if (word === 'million') [total, group] = [total + group * 1_000_000, 0];
    else if (word === 'thousand') [total, group] = [total + group * 1000, 0];
    else if (word === 'hundred') group *= 100;
    else if (small.includes(word)) group += small.indexOf(word);
    else if (tens.includes(word)) group += tens.indexOf(word) * 10;
    else throw new Error(`heard ${word}`);
  }
  const cents =
    decimals.trim() === ''
      ? ''
      : decimals
          .trim()
          .split(' ')
          .map((word) => small.indexOf(word))
          .join('');
  return (total + group) * 100 + Number(cents.padEnd(2, '0'));
}

speech('amounts are said as people say them', () => {
  const table: Record<number, string> = {
    1: '零点零一元',
    2: '零点零二元',
    10: '零点一元',
    1005: '十点零五元',
    1100: '十一元',
    20000: '二百元',
    100000: '一千元',
    100100: '一千零一元',
    1012000: '一万零一百二十元',
    10700000: '十万七千元',
    12821900: '十二万八千二百一十九元',
    100000000: '一百万元',
    2005: '二十点零五元',
    1000100: '一万零一元',
    11000: '一百一十元',
    101000: '一千零一十元',
    1001000: '一万零一十元',
    20002000: '二十万零二十元',
    222222: '二千二百二十二点二二元',
    0: '零元',
    1000: '十元',
  };
  for (const [fen, text] of Object.entries(table)) assert.is(say(Number(fen)), text, fen);
  assert.is(say(2005, 'en'), 'twenty point zero five yuan');
  assert.is(say(12821950, 'en'), 'one hundred twenty eight thousand two hundred nineteen point five yuan');
});

speech('every amount up to 1,000 yuan is heard as it was said, in both languages', () => {
  for (let fen = 0; fen <= 100_000; fen += 1) {
    assert.is(hearChinese(say(fen)), fen);
    assert.is(hearEnglish(say(fen, 'en')), fen);
  }
});

speech('every whole yuan up to 130,000, by sevens, is heard as it was said', () => {
  for (let yuan = 0; yuan <= 130_000; yuan += 7) assert.is(hearChinese(say(yuan * 100)), yuan * 100);
});

speech('amounts up to 99,999,999.99 are heard as they were said, and no two sound alike', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: SPOKEN_FEN_MAX }), (fen) => {
      assert.is(hearChinese(say(fen)), fen);
      assert.is(hearEnglish(say(fen, 'en')), fen);
      assert.not.match(say(fen), /零[万十百千]|零零.*点|^一十|点零元|两/u);
    }),
    { numRuns: 5000 },
  );
});

speech('amounts that cannot be said are refused', () => {
  for (const fen of [-1, 0.5, SPOKEN_FEN_MAX + 1, Number.NaN])
    assert.throws(() => amountClips(fen, 'zh-CN'), RangeError);
});

speech.run();

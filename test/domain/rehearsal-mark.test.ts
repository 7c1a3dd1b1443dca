import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { rehearsalMark } from '../../domain/rehearsal-mark.ts';
import type { SlipBlock } from '../../domain/slip.ts';
import { CLIPS } from '../../domain/voice/clips.ts';
import { voiceFor } from '../../domain/voice/voice.ts';
import { renderSlipText } from '../../hal/printer/slip-text.ts';
import { sampleSlips } from '../support/sample-slips.ts';

const test = suite('domain/rehearsal-mark');

const WORDS = { 'zh-CN': '演练', en: 'REHEARSAL' } as const;
const isMark = (block: SlipBlock | undefined, word: string): boolean =>
  block?.is === 'text' && block.text.startsWith(word);

for (const locale of ['zh-CN', 'en'] as const) {
  const mark = rehearsalMark(locale);

  test(`no ${locale} slip of a rehearsal can pass for a payment, not even torn in half`, () => {
    for (const slip of Object.values(sampleSlips(locale))) {
      const marked = mark.slip(slip);
      assert.is(marked.kind, 'rehearsal');
      assert.is(marked.orderBarcode, slip.orderBarcode);
      assert.ok(isMark(marked.blocks[0], WORDS[locale]));
      assert.ok(isMark(marked.blocks.at(-1), WORDS[locale]));
      assert.equal(marked.blocks.slice(2, -2), slip.blocks);
      for (const line of renderSlipText(marked, 32).split('\n')) assert.ok(columns(line) <= 32, line);
    }
  });

  test(`every ${locale} screen of a rehearsal says so in its heading and keeps everything else`, () => {
    const screen = { name: 'paid', lines: ['收款成功', '¥0.02'], order: '01', amountFen: 2 } as const;
    assert.equal(mark.screen(screen), { ...screen, lines: [`${WORDS[locale]} · 收款成功`, '¥0.02'] });
    assert.equal(mark.screen({ ...screen, lines: [] }).lines, [WORDS[locale]]);
  });

  test(`every ${locale} sentence of a rehearsal says so first, in a clip of its own`, () => {
    const sentence = voiceFor(locale).paid('wechat', 2);
    const marked = mark.sentence(sentence);
    assert.ok(marked.text.toUpperCase().startsWith(WORDS[locale]), marked.text);
    assert.ok(marked.text.endsWith(sentence.text));
    assert.equal(marked.clips, ['rehearsal', ...sentence.clips]);
    assert.ok(CLIPS[locale].some(({ id }) => id === 'rehearsal'));
  });
}

/** Columns on paper: a Chinese character takes two. */
function columns(line: string): number {
  return [...line].reduce((sum, character) => sum + (/[ -~]/.test(character) ? 1 : 2), 0);
}

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { rehearsalMark } from '../../../domain/rehearsal-mark.ts';
import type { Slip } from '../../../domain/slip.ts';
import { rehearsalSlip, type RehearsedResult } from '../../../domain/slips/rehearsal-slip.ts';
import { encodeSlip } from '../../../hal/printer/escpos/encode.ts';
import { pictureOf } from '../../../hal/printer/escpos/picture.ts';
import { PROFILE_58MM } from '../../../hal/printer/escpos/profile.ts';
import { renderSlipText } from '../../../hal/printer/slip-text.ts';
import { ACCEPTANCE_SCRIPT } from '../../../simulator/rehearsal/acceptance-script.ts';

const test = suite('domain/slips/rehearsal-slip');

const LOCALES = ['zh-CN', 'en'] as const;
const PASSED: RehearsedResult = { platform: 'wechat', state: 'passed', problem: '' };

function report(locale: (typeof LOCALES)[number], results: readonly RehearsedResult[] = [PASSED]): Slip {
  return rehearsalSlip({
    locale,
    utcOffsetMinutes: 480,
    shopName: '',
    deviceId: '',
    staffId: null,
    sn: 'TILL_T1_000001',
    version: '0.1.0',
    subTerminalType: 9001,
    atMs: Date.UTC(2026, 0, 2, 4, 5),
    tookMs: 61_400,
    rows: ACCEPTANCE_SCRIPT.map(({ id, words }) => ({ id, words: words[locale], results })),
  });
}

/** What stands on the picture of the paper, line by line, and how far each line reaches, in dots from the paper's left edge. */
function readPicture(slip: Slip): { readonly text: string; readonly right: number }[] {
  const svg = pictureOf(encodeSlip(slip, PROFILE_58MM), PROFILE_58MM);
  const margin = 24;
  const runs = svg.matchAll(
    /<text transform="translate\((\d+) \d+\) scale\((\d) \d\)" x="([\d ]*)"[^>]*>([^<]*)<\/text>/g,
  );
  return [...runs].map(([, left, scale, places = '', text = '']) => {
    const last = Number(places.split(' ').at(-1)) + (/[ -~]$/.test(text) ? 12 : 24);
    return { text, right: Number(left) - margin + last * Number(scale) };
  });
}

for (const locale of LOCALES) {
  test(`the ${locale} report is legible as a picture: every row, every result and the verdict, inside the paper`, () => {
    const lines = readPicture(rehearsalMark(locale).slip(report(locale)));
    const read = lines.map(({ text }) => text.trim());
    for (const { id, words } of ACCEPTANCE_SCRIPT) {
      const heading = read.findIndex((line) => line.startsWith(`${id} `));
      assert.ok(heading >= 0, id);
      assert.is(read[heading], `${id} ${words[locale]}`, 'on one line');
      assert.match(read[heading + 1] ?? '', locale === 'en' ? /WeChat Pay +passed/ : /微信支付 +通过/);
    }
    assert.ok(read.includes(locale === 'en' ? 'PASSED' : '全部通过'), read.join('\n'));
    assert.ok(read.some((line) => /TILL_T1_000001/.test(line)));
    assert.ok(read.some((line) => /2026-01-02 12:05/.test(line)));
    assert.ok(read[0]?.includes(locale === 'en' ? 'REHEARSAL' : '演练'), read[0]);
    for (const { text, right } of lines) assert.ok(right <= PROFILE_58MM.paperDots, `${text} reaches ${right}`);
  });

  test(`a ${locale} report with something wrong says what, counts it, and never says that all passed`, () => {
    const slip = report(locale, [
      PASSED,
      { platform: 'alipay', state: 'failed', problem: `the screen says "paid twice" ${'x'.repeat(500)}` },
      { platform: null, state: 'not-played', problem: '' },
    ]);
    const text = renderSlipText(slip, 32);
    const count = ACCEPTANCE_SCRIPT.length * 2;
    assert.match(text, locale === 'en' ? `${count} NOT PASSED` : `${count}项未通过`);
    assert.not.match(text, locale === 'en' ? /^Verdict +PASSED$/m : /全部通过/);
    assert.match(text, 'paid twice');
    assert.ok(text.length < 12_000, 'a long reason is cut');
    assert.is(slip.kind, 'rehearsal');
    assert.is(slip.orderBarcode, null);
  });
}

test.run();

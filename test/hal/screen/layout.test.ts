import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openShippedGlyphs } from '../../../bin/start/glyph-packs.ts';
import { SCREEN_NAMES } from '../../../domain/screen.ts';
import { screenOf } from '../../../domain/screens/screen-of.ts';
import { isBlackDot } from '../../../hal/printer/bitmap.ts';
import { textColumns } from '../../../hal/printer/column-text.ts';
import { drawPage } from '../../../hal/screen/draw-page.ts';
import { layOut, type ScreenDots, type ScreenPage } from '../../../hal/screen/layout.ts';
import { everyView } from '../../support/sample-views.ts';

const layout = suite('hal/screen/layout');
const SMALL = { width: 128, height: 64 };
const SIZES: readonly ScreenDots[] = [SMALL, { width: 240, height: 240 }, { width: 320, height: 240 }];
const wide = { width: 480, height: 320 };
const LOCALES = ['zh-CN', 'en'] as const;

/** What runs out of the display. */
function runsOut({ texts, code }: ScreenPage, { width, height }: ScreenDots): string[] {
  const outside = texts.filter(
    ({ text, x, y, scale }) => x < 0 || y < 0 || x + textColumns(text) * 8 * scale > width || y + 16 * scale > height,
  );
  const side = code === null ? 0 : (code.modules + 4) * code.moduleDots;
  const codeOutside = code !== null && (code.x < 0 || code.y < 0 || code.x + side > width || code.y + side > height);
  return [...outside.map(({ text }) => text), ...(codeOutside ? ['QR code'] : [])];
}

const wordsOn = (pages: readonly ScreenPage[]): string =>
  pages
    .flatMap(({ texts }) => texts.map(({ text }) => text))
    .join('')
    .replaceAll(/\s/g, '');

layout('the samples show every screen that the terminal has', () => {
  const shown = new Set<string>(everyView().map(({ name }) => name));
  assert.equal(
    SCREEN_NAMES.filter((name) => !shown.has(name)),
    [],
  );
});

for (const locale of LOCALES) {
  for (const dots of [...SIZES, wide]) {
    layout(`no screen runs out of ${dots.width} × ${dots.height} dots, and no two rows overlap (${locale})`, () => {
      for (const view of everyView()) {
        for (const page of layOut(screenOf(view, locale), dots)) {
          assert.equal(runsOut(page, dots), [], view.name);
          const tops = page.texts.map(({ y, scale }) => [y, y + 16 * scale] as const);
          tops.slice(1).forEach(([top], at) => assert.ok(top >= (tops[at]?.[1] ?? 0), `${view.name}: rows overlap`));
        }
      }
    });
  }

  layout(`every word of every screen but a list can be read on a small display (${locale})`, () => {
    for (const view of everyView()) {
      const screen = screenOf(view, locale);
      if (screen.lines.some((line) => line.startsWith('▶'))) continue;
      const words = wordsOn(layOut(screen, SMALL));
      for (const line of screen.lines) {
        // A page break may put the heading into the middle of a long line, so that its characters are looked for in order.
        let at = 0;
        for (const character of line.replaceAll(/\s/g, '')) {
          at = words.indexOf(character, at) + 1;
          assert.ok(at > 0, `${view.name}: "${line}" is not whole`);
        }
      }
    }
  });

  layout(`every character of every screen has a glyph (${locale})`, () => {
    const glyphs = openShippedGlyphs(16);
    for (const view of everyView()) {
      for (const character of screenOf(view, locale).lines.join('')) {
        assert.ok(glyphs.has(character.codePointAt(0) ?? 0), `${view.name}: ${character}`);
      }
    }
  });
}

layout('what matters while a customer pays stands on one small page', () => {
  const order = { order: '010000529999888877776666', amountFen: 5_000_000, platform: 'wechat' } as const;
  const first = (view: Parameters<typeof screenOf>[0]): string =>
    wordsOn(layOut(screenOf(view, 'zh-CN'), SMALL).slice(0, 1));
  assert.match(first({ name: 'paid', late: false, ...order }), /微信支付收款成功.*¥50000\.00/);
  assert.match(first({ name: 'password', ...order }), /等待用户输入密码中.*¥50000\.00.*微信支付/);
  assert.match(first({ name: 'present-code', amountFen: 5_000_000, note: 'none' }), /请出示付款码.*¥50000\.00/);
});

layout('an amount is drawn as large as the rest leaves room for', () => {
  const [page] = layOut({ lines: ['请出示付款码', '¥20.05'] }, SMALL);
  assert.equal(
    page?.texts.map(({ scale }) => scale),
    [1, 2],
  );
  const [long] = layOut({ lines: ['请出示付款码', '¥50000.00'] }, SMALL);
  assert.equal(
    long?.texts.map(({ scale }) => scale),
    [1, 1],
  );
  const [large] = layOut({ lines: ['请出示付款码', '¥50000.00'] }, wide);
  assert.equal(
    large?.texts.map(({ scale }) => scale),
    [2, 6],
  );
});

layout('pages carry the heading and their number, and a line stays whole on its page', () => {
  const pages = layOut(
    { lines: ['收款失败', '¥0.02', '微信支付', '支付未完成', '订单号 010000529999888877776666'] },
    SMALL,
  );
  assert.equal(
    pages.map(({ texts }) => texts.map(({ text }) => text.trim())),
    [
      ['收款失败     1/2', '¥0.02', '微信支付', '支付未完成'],
      ['收款失败     2/2', '订单号 010000529', '999888877776666'],
    ],
  );
});

layout('a list shows the page of its chosen line, whole', () => {
  const items = ['交易流水', '汇总', '域名检测', '店员', '交班', '升级', '自检'];
  const at = (chosen: number): string[] => {
    const lines = items.map((item, index) => `${index === chosen ? '▶' : '　'}${index + 1} ${item}`);
    const pages = layOut({ lines: ['菜单', ...lines] }, SMALL);
    assert.is(pages.length, 1);
    return (pages[0]?.texts ?? []).map(({ text }) => text);
  };
  assert.equal(at(1), ['菜单', '　1 交易流水', '▶2 汇总', '　3 域名检测']);
  assert.equal(at(3), ['菜单', '▶4 店员', '　5 交班', '　6 升级']);
  assert.equal(at(6), ['菜单', '▶7 自检']);
});

layout('a QR code is drawn where a phone can read it, and told in words where not', () => {
  const screen = { lines: ['扫码报修', 'log_id 123'], qr: 'x'.repeat(180) };
  const [page, ...none] = layOut(screen, wide);
  assert.equal(none, []);
  assert.ok((page?.code?.moduleDots ?? 0) >= 4);
  assert.match(wordsOn([page as ScreenPage]), /扫码报修/);
  assert.equal(
    layOut(screen, SMALL).map(({ code }) => code),
    [null],
  );
  assert.is(layOut({ ...screen, qr: '0'.repeat(40) }, SMALL)[0]?.code?.moduleDots, 2);
});

layout('a display that is too small to say anything is refused', () => {
  assert.throws(() => layOut({ lines: ['a'] }, { width: 48, height: 16 }), /64 × 32/);
});

layout('a drawn page has the dots of its characters, at their place and scale', () => {
  const glyphs = openShippedGlyphs(16);
  const page: ScreenPage = { texts: [{ text: '一', x: 8, y: 16, scale: 2 }], code: null };
  const picture = drawPage(page, SMALL, glyphs);
  const one = glyphs.glyph(0x4e00);
  for (let y = 0; y < 64; y += 1) {
    for (let x = 0; x < 128; x += 1) {
      const inside = x >= 8 && x < 40 && y >= 16 && y < 48;
      const expected = inside && isBlackDot(one, (x - 8) >> 1, (y - 16) >> 1);
      assert.is(isBlackDot(picture, x, y), expected, `${x},${y}`);
    }
  }
});

layout.run();

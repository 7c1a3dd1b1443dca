import { inflateSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Locale } from '../../../domain/sentence.ts';
import { CLIPS } from '../../../domain/voice/clips.ts';
import { SCREEN_NAMES } from '../../../domain/screen.ts';
import { manualSources } from '../../../scripts/manual.ts';
import { BROWSER_PICTURES } from '../../../scripts/manual/browser-pictures.ts';
import { composeBook, type ComposedBook, type ManualMaterial } from '../../../scripts/manual/compose.ts';
import { manualMaterial, openGallery } from '../../../scripts/manual/material.ts';
import { pagesOfAnchors } from '../../../scripts/manual/pdf-anchors.ts';
import { plausibleViews } from '../../../scripts/manual/plausible-views.ts';
import { pngOf } from '../../../scripts/manual/png.ts';
import { screenId } from '../../../scripts/manual/screen-id.ts';
import { ScreenCamera } from '../../../scripts/manual/screen-pictures.ts';
import { manualSlips, slipPicture } from '../../../scripts/manual/slip-pictures.ts';
import { spokenSentences } from '../../../scripts/manual/spoken-sentences.ts';
import { manualTables } from '../../../scripts/manual/tables.ts';
import { everyView } from '../../support/sample-views.ts';

const manual = suite('scripts/manual');
const LANGUAGES = { zh: 'zh-CN', en: 'en' } as const;

async function composed(language: keyof typeof LANGUAGES): Promise<ComposedBook> {
  const locale = LANGUAGES[language];
  const sources = manualSources(language);
  const camera = new ScreenCamera();
  try {
    const gallery = await openGallery(locale, camera, new Map(BROWSER_PICTURES.map((id) => [id, null])));
    return composeBook(locale, sources, await manualMaterial(locale, sources, gallery, null));
  } finally {
    await camera.close();
  }
}

const left = (names: Iterable<string>, kind: string, { used }: ComposedBook): string[] =>
  [...names].filter((name) => !used.has(`${kind}:${name}`));

for (const language of ['zh', 'en'] as const) {
  const locale: Locale = LANGUAGES[language];
  manual(`${language}: every picture, sentence, table and link that the chapters name is there`, async () => {
    const book = await composed(language);
    assert.equal(book.problems, []);
    assert.ok(book.html.includes('<nav>') && book.html.length > 50_000);
  });

  manual(`${language}: every screen, slip, sentence and table of the terminal is spoken of`, async () => {
    const book = await composed(language);
    assert.equal(left(new Set(everyView().map(screenId)), 'screen', book), []);
    assert.equal(left(plausibleViews(locale).keys(), 'screen', book), []);
    assert.equal(left(manualSlips(locale).keys(), 'slip', book), []);
    assert.equal(left(spokenSentences(locale).keys(), 'voice', book), []);
    assert.equal(left(manualTables(locale).keys(), 'table', book), []);
    assert.equal(left(BROWSER_PICTURES, 'browser', book), []);
  });

  manual(`${language}: the sentences of the manual are made of every phrase that the terminal has`, () => {
    const spoken = new Set([...spokenSentences(locale).values()].flatMap(({ clips }) => clips));
    const phrases = CLIPS[locale].map(({ id }) => id).filter((id) => !id.startsWith('n-'));
    assert.equal(
      phrases.filter((id) => !spoken.has(id)),
      [],
    );
  });
}

manual('every name of the headless interface is a screen of the samples that the manual draws', () => {
  const names = new Set(everyView().map(({ name }) => name));
  assert.equal(
    SCREEN_NAMES.filter((name) => !names.has(name)),
    [],
  );
});

const MATERIAL: ManualMaterial = {
  picture: (kind, id) => (kind === 'screen' && id === 'paid' ? ['paid.png'] : null),
  sentence: () => null,
  table: () => null,
  help: () => null,
  version: '1',
};

manual('what is missing is named with its file and line, and a picture without words too', () => {
  const text = ['# A', '', '![screen:paid=Paid.]', '![screen:gone=Gone.]', '![screen:paid]', '{{voice:none}} [b](#b)'];
  const { problems, html } = composeBook('en', [{ file: 'a.md', text: text.join('\n') }], MATERIAL);
  assert.equal(problems, [
    'a.md:4: there is no picture "screen:gone"',
    'a.md:5: "screen:paid" needs words behind a =, what it means and what to do',
    'a.md:6: there is no voice "none"',
    'a.md: no heading #b',
  ]);
  assert.match(html, /<figure class="screen"><img src="paid.png" alt="screen paid"><figcaption>Paid\.<\/figcaption>/);
});

manual('a screen is photographed off the display driver, page by page, and paper off the printer’s bytes', async () => {
  const camera = new ScreenCamera();
  const views = plausibleViews('zh-CN');
  const [paid, unknown] = [views.get('paid'), views.get('unknown')];
  assert.ok(paid !== undefined && unknown !== undefined);
  const pages = [...camera.photograph(paid, 'zh-CN'), ...camera.photograph(unknown, 'zh-CN')];
  await camera.close();
  assert.is(pages.length, 3);
  assert.is(new Set(pages.map((page) => page.toString('latin1'))).size, 3, 'no two pages are alike');
  for (const page of pages) assert.equal([page.readUInt32BE(16), page.readUInt32BE(20)], [640, 480]);
  const slip = manualSlips('zh-CN').get('unknown');
  assert.ok(slip !== undefined && slipPicture(slip).includes('勿重复收款'));
});

manual('a picture of two dots is a PNG of two colours', () => {
  const png = pngOf({ width: 2, height: 1, colours: Uint32Array.of(0xff0000, 0x00ff00) }, 2);
  const at = png.indexOf('IDAT');
  const rows = inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)));
  assert.equal([...rows], [0, 0, 0, 1, 1, 0, 0, 0, 1, 1]);
  assert.equal([...png.subarray(png.indexOf('PLTE') + 4).subarray(0, 6)], [255, 0, 0, 0, 255, 0]);
});

manual('the page of a heading is read off the PDF, through a tree of pages', () => {
  const objects = {
    1: '<</Type /Page>>',
    2: '<</Type /Page>>',
    3: '<</Type /Pages\n/Kids [1 0 R]>>',
    4: '<</Type /Pages\n/Kids [3 0 R 2 0 R]>>',
    5: '<</pay [2 0 R /XYZ 6 700 0]\n/h-1 [1 0 R /XYZ 6 70.5 0]>>',
    6: '<</Type /Catalog\n/Pages 4 0 R\n/Dests 5 0 R>>',
  };
  const body = Object.entries(objects).map(([id, text]) => `${id} 0 obj\n${text}\nendobj\n`);
  const pdf = Buffer.from(`%PDF-1.4\n${body.join('')}trailer\n<</Root 6 0 R>>\n`, 'latin1');
  const { anchors, pages } = pagesOfAnchors(pdf);
  assert.is(pages, 2);
  assert.equal(
    [...anchors],
    [
      ['pay', 2],
      ['h-1', 1],
    ],
  );
  assert.throws(() => pagesOfAnchors(Buffer.from('%PDF')), /root/);
});

manual.run();

import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { pagesOfAnchors } from './pdf-anchors.ts';

const FOOTER = `<div style="width:100%;font:8px 'Noto Sans CJK SC',sans-serif;color:#5a6b7b;display:flex;
justify-content:space-between;padding:0 17mm"><span class="title"></span><span><span class="pageNumber"></span> /
<span class="totalPages"></span></span></div>`;

function print(page: Page): Promise<Buffer> {
  return page.pdf({
    preferCSSPageSize: true,
    printBackground: true,
    outline: true,
    tagged: true,
    displayHeaderFooter: true,
    headerTemplate: '<span></span>',
    footerTemplate: FOOTER,
  });
}

/** Prints a book of HTML as PDF. It is printed twice: the first printing tells on which page each heading of the contents is. */
export async function printBook(browser: Browser, htmlFile: string, pdfFile: string): Promise<number> {
  const page = await browser.newPage();
  try {
    await page.goto(pathToFileURL(htmlFile).href);
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
    const { anchors } = pagesOfAnchors(await print(page));
    const missing = await page.evaluate((numbers) => {
      const left: string[] = [];
      for (const place of document.querySelectorAll<HTMLElement>('nav .page')) {
        const number = numbers[place.dataset['for'] ?? ''];
        if (number === undefined) left.push(place.dataset['for'] ?? '');
        else place.textContent = String(number);
      }
      return left;
    }, Object.fromEntries(anchors));
    if (missing.length > 0) throw new Error(`the contents have no page for ${missing.join(', ')}`);
    const pdf = await print(page);
    writeFileSync(pdfFile, pdf);
    return pagesOfAnchors(pdf).pages;
  } finally {
    await page.close();
  }
}

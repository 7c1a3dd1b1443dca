import { readFileSync } from 'node:fs';
import type { Locale } from '../../domain/sentence.ts';

/** A heading of the book; `number` is '' below chapters. */
export interface Heading {
  readonly depth: number;
  readonly id: string;
  readonly number: string;
  /** HTML. */
  readonly title: string;
}

interface Book {
  readonly locale: Locale;
  readonly version: string;
  readonly headings: readonly Heading[];
  /** HTML. */
  readonly body: string;
}

const WORDS = {
  'zh-CN': { title: 'Till 操作手册', sub: '收银员 · 服务商 · 运维 · 集成商', contents: '目录', version: '版本' },
  en: {
    title: 'Till Operating Manual',
    sub: 'Cashier · Service provider · Fleet operator · Integrator',
    contents: 'Contents',
    version: 'Version',
  },
} as const;

/** Text as HTML. */
export function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The title of the book in its language. */
export function bookTitle(locale: Locale): string {
  return WORDS[locale].title;
}

/** The whole page: cover, table of contents, chapters. The contents' page numbers are filled in for print. */
export function bookPage({ locale, version, headings, body }: Book): string {
  const words = WORDS[locale];
  const style = readFileSync(new URL('./book.css', import.meta.url), 'utf8');
  const contents = headings
    .filter(({ depth }) => depth <= 2)
    .map(
      ({ depth, id, number, title }) =>
        `<li class="depth-${depth}"><a href="#${id}"><span>${number}</span><span class="title">${title}</span>` +
        `<span class="dots"></span><span class="page" data-for="${id}"></span></a></li>`,
    );
  return `<!doctype html>
<html lang="${locale}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${words.title}</title>
<style>
${style}</style></head>
<body>
<header class="cover"><p class="mark">Till</p><p class="name">${words.title}</p><p class="sub">${words.sub}</p>
<p class="version">${words.version} ${escaped(version)}</p></header>
<nav><p class="contents">${words.contents}</p><ol>
${contents.join('\n')}
</ol></nav>
<main>
${body}</main>
</body>
</html>
`;
}

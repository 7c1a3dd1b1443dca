import { copyFileSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Locale } from '../domain/sentence.ts';
import { findChromium, startChromium } from '../test/browser/chromium.ts';
import { BROWSER_PICTURES, photographBrowser } from './manual/browser-pictures.ts';
import { composeBook, type ManualSource } from './manual/compose.ts';
import { manualMaterial, openGallery, type BrowserPictures } from './manual/material.ts';
import { printBook } from './manual/print-book.ts';
import { ScreenCamera } from './manual/screen-pictures.ts';
import { commandLine, refuse } from './command-line.ts';

const PROJECT = dirname(dirname(fileURLToPath(import.meta.url)));
const LOCALES: Readonly<Record<string, Locale>> = { zh: 'zh-CN', en: 'en' };
const USAGE = `Usage: npm run manual -- [--language zh|en] [--no-pdf] [--out DIR]

Builds the operating manual: dist/manual/till-manual-zh.html and -en.html with their pictures, and a PDF of each. Every
screen, slip, sentence, chart, table and help text in it comes out of the program; one that is missing ends the build.
About a minute; pictures of browser pages and the PDF need Chromium (scripts/ensure-browser.ts installs it).

Options:
  --language L  only this language
  --no-pdf      HTML only, and without a browser: pictures of browser pages are left empty
  --out DIR     another folder
  --help        this text

Exit codes: 0 when it is built, 1 when something is missing, 2 for options that cannot be understood.
`;

/** The chapters of a language in their order. */
export function manualSources(language: string): ManualSource[] {
  const files = globSync(`docs/manual/${language}/*.md`, { cwd: PROJECT }).toSorted();
  return files.map((file) => ({ file, text: readFileSync(join(PROJECT, file), 'utf8') }));
}

type Browser = Awaited<ReturnType<typeof startChromium>>;

async function buildBook(language: string, locale: Locale, out: string, browser: Browser | null): Promise<string[]> {
  const say = (what: string): void => console.error(`manual ${language}: ${what} …`);
  const sources = manualSources(language);
  const camera = new ScreenCamera();
  try {
    if (browser !== null) say('photographs of the browser pages');
    const pages: BrowserPictures =
      browser === null ? new Map(BROWSER_PICTURES.map((id) => [id, null])) : await photographBrowser(browser, locale);
    say('screens, slips, charts and tables');
    const material = await manualMaterial(locale, sources, await openGallery(locale, camera, pages), out);
    const { html, problems } = composeBook(locale, sources, material);
    if (problems.length > 0) return [...problems];
    const file = join(out, `till-manual-${language}.html`);
    writeFileSync(file, html);
    console.log(file);
    if (browser === null) return [];
    say('printing');
    const pdf = join(out, `till-manual-${language}.pdf`);
    const count = await printBook(browser, file, pdf);
    console.log(`${pdf}: ${count} pages`);
    return [];
  } finally {
    await camera.close();
  }
}

function readOptions() {
  const { values } = commandLine(USAGE, {
    options: {
      language: { type: 'string' },
      'no-pdf': { type: 'boolean', default: false },
      out: { type: 'string', default: 'dist/manual' },
    },
  });
  const { language } = values;
  if (language !== undefined && !Object.hasOwn(LOCALES, language)) {
    refuse(USAGE, `there is no language "${language}"; there is ${Object.keys(LOCALES).join(', ')}`);
  }
  return { ...values, languages: language === undefined ? Object.keys(LOCALES) : [language] };
}

async function build({ languages, out, ...values }: ReturnType<typeof readOptions>): Promise<number> {
  const executable = values['no-pdf'] ? null : findChromium();
  if (executable === null && !values['no-pdf']) {
    console.error('manual: no Chromium: install it (node scripts/ensure-browser.ts), or build with --no-pdf');
    return 1;
  }
  const folder = resolve(out);
  rmSync(join(folder, 'pictures'), { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const browser = executable === null ? null : await startChromium(executable);
  try {
    const problems: string[] = [];
    for (const language of languages) {
      problems.push(...(await buildBook(language, LOCALES[language] ?? 'en', folder, browser)));
    }
    for (const problem of problems) console.error(`manual: ${problem}`);
    if (problems.length === 0) copyFileSync(join(PROJECT, 'LICENSE'), join(folder, 'LICENSE'));
    return problems.length === 0 ? 0 : 1;
  } finally {
    await browser?.close();
  }
}

if (import.meta.main) process.exitCode = await build(readOptions());

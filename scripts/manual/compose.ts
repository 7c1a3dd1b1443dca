import { marked, Renderer, type Tokens } from 'marked';
import type { Locale } from '../../domain/sentence.ts';
import { bookPage, escaped, type Heading } from './book-page.ts';

/** A chapter file of the manual. */
export interface ManualSource {
  readonly file: string;
  readonly text: string;
}

/** The kinds of pictures that a chapter may ask for. */
export const PICTURE_KINDS = ['screen', 'slip', 'chart', 'browser'] as const;

/** One of them. */
export type PictureKind = (typeof PICTURE_KINDS)[number];

/** What chapters are made of besides their own words. All of it comes out of the program. */
export interface ManualMaterial {
  /** Paths of the pages of a picture, relative to the book; null when there is no such picture. */
  picture(kind: PictureKind, id: string): readonly string[] | null;
  /** The spoken words; null when there is no such sentence. */
  sentence(id: string): string | null;
  /** Markdown; null when there is no such table. */
  table(id: string): string | null;
  /** What `till <words> --help` prints; null for no such command. */
  help(words: string): string | null;
  readonly version: string;
}

/** A composed book, or what is wrong with its chapters, one line each. */
export interface ComposedBook {
  readonly html: string;
  readonly problems: readonly string[];
  /** `screen:paid`, `voice:password`, `table:keys`, … */
  readonly used: ReadonlySet<string>;
}

const FIGURE = /!\[([a-z]+):([a-z0-9-]+)(?:=([^\]\n]*))?\]/g;
const INSERT = /\{\{([a-z]+)(?::([a-z0-9 -]+))?\}\}/g;
const ANCHOR = /\s*\{#([a-z0-9-]+)\}\s*$/;
const NEEDS_WORDS: readonly string[] = ['screen', 'slip', 'browser'];

/** Puts chapters together: every picture, sentence, table and help text is taken from the program, and one that is missing is a problem. */
class Composer {
  readonly problems: string[] = [];
  readonly used = new Set<string>();
  readonly headings: Heading[] = [];
  readonly #links: { where: string; id: string }[] = [];
  readonly #material: ManualMaterial;
  readonly #locale: Locale;
  #part = 0;
  #chapter = 0;

  constructor(locale: Locale, material: ManualMaterial) {
    this.#locale = locale;
    this.#material = material;
  }

  chapter({ file, text }: ManualSource): string {
    const lines = text.split('\n').map((line, at) => this.#line(line, `${file}:${at + 1}`));
    const markdown = gathered(lines).join('\n');
    return marked.parse(markdown, { async: false, gfm: true, renderer: this.#renderer(file) });
  }

  /** Links to headings that no chapter has. */
  deadLinks(): string[] {
    const known = new Set(this.headings.map(({ id }) => id));
    return this.#links.filter(({ id }) => !known.has(id)).map(({ where, id }) => `${where}: no heading #${id}`);
  }

  #line(line: string, where: string): string {
    const inserted = line.replace(
      INSERT,
      (whole: string, kind: string, id: string | undefined) => this.#insert(kind, id ?? '', where) ?? whole,
    );
    return inserted.replace(FIGURE, (_: string, kind: string, id: string, words: string | undefined) =>
      this.#figure(kind, id, words ?? '', where),
    );
  }

  #insert(kind: string, id: string, where: string): string | null {
    const found = this.#found(kind, id);
    if (found === null) this.problems.push(`${where}: there is no ${kind} "${id}"`);
    else this.used.add(`${kind}:${id}`);
    return found;
  }

  #found(kind: string, id: string): string | null {
    const [open, close] = this.#locale === 'zh-CN' ? ['「', '」'] : ['“', '”'];
    switch (kind) {
      case 'voice': {
        const words = this.#material.sentence(id);
        return words === null ? null : `${open}${words}${close}`;
      }
      case 'table':
        return this.#material.table(id);
      case 'help': {
        const help = this.#material.help(id);
        return help === null ? null : `\n\`\`\`text\n${help.trimEnd()}\n\`\`\`\n`;
      }
      case 'version':
        return this.#material.version;
      default:
        return null;
    }
  }

  #figure(kind: string, id: string, words: string, where: string): string {
    const known = PICTURE_KINDS.find((one) => one === kind);
    const paths = known === undefined ? null : this.#material.picture(known, id);
    if (paths === null) {
      this.problems.push(`${where}: there is no picture "${kind}:${id}"`);
      return '';
    }
    if (words === '' && NEEDS_WORDS.includes(kind)) {
      this.problems.push(`${where}: "${kind}:${id}" needs words behind a =, what it means and what to do`);
    }
    this.used.add(`${kind}:${id}`);
    const alt = escaped(`${kind} ${id}`);
    const pictures = paths.map((path) => `<img src="${path}" alt="${alt}">`).join('');
    const caption = words === '' ? '' : `<figcaption>${marked.parseInline(words, { async: false })}</figcaption>`;
    return `<figure class="${kind}">${pictures}${caption}</figure>`;
  }

  #renderer(file: string): Renderer {
    const renderer = new Renderer();
    renderer.heading = ({ depth, text }: Tokens.Heading): string => this.#heading(depth, text);
    const link = renderer.link.bind(renderer);
    renderer.link = (token: Tokens.Link): string => {
      if (token.href.startsWith('#')) this.#links.push({ where: file, id: token.href.slice(1) });
      return link(token);
    };
    return renderer;
  }

  #heading(depth: number, text: string): string {
    const [, given] = ANCHOR.exec(text) ?? [];
    if (depth === 1) [this.#part, this.#chapter] = [this.#part + 1, 0];
    if (depth === 2) this.#chapter += 1;
    const number = depth === 1 ? `${this.#part}` : depth === 2 ? `${this.#part}.${this.#chapter}` : '';
    const id = given ?? `h-${this.headings.length + 1}`;
    const title = marked.parseInline(text.replace(ANCHOR, ''), { async: false });
    if (this.headings.some((heading) => heading.id === id)) this.problems.push(`two headings are #${id}`);
    this.headings.push({ depth, id, number, title });
    return `<h${depth} id="${id}">${number === '' ? '' : `<span class="number">${number}</span> `}${title}</h${depth}>\n`;
  }
}

/** Lines of nothing but figures that follow each other stand side by side. */
function gathered(lines: readonly string[]): string[] {
  const out: string[] = [];
  let row: string[] = [];
  const flush = (): void => {
    if (row.length > 0) out.push('', `<div class="figures">${row.join('')}</div>`, '');
    row = [];
  };
  for (const line of lines) {
    if (line.startsWith('<figure') && line.trimEnd().endsWith('</figure>')) row.push(line.trim());
    else {
      flush();
      out.push(line);
    }
  }
  flush();
  return out;
}

/** The book of one language as a page of HTML. Nothing is left out silently: what cannot be resolved is a problem. */
export function composeBook(locale: Locale, sources: readonly ManualSource[], material: ManualMaterial): ComposedBook {
  const composer = new Composer(locale, material);
  const body = sources.map((source) => composer.chapter(source)).join('\n');
  const html = bookPage({ locale, version: material.version, headings: composer.headings, body });
  return { html, problems: [...composer.problems, ...composer.deadLinks()], used: composer.used };
}

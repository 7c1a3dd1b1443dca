/** On which page, from 1, each named place of a PDF is. */
export interface PdfAnchors {
  readonly anchors: ReadonlyMap<string, number>;
  readonly pages: number;
}

/** The body of a numbered object as Skia writes it: never compressed, unlike the streams behind it. */
function objectText(pdf: string, id: string): string {
  const start = new RegExp(`(?:^|\\n)${id} 0 obj\\n`).exec(pdf);
  if (start === null) throw new Error(`the PDF has no object ${id}`);
  const from = start.index + start[0].length;
  return pdf.slice(from, pdf.indexOf('endobj', from));
}

function firstGroup(text: string, expression: RegExp, what: string): string {
  const [, found] = expression.exec(text) ?? [];
  if (found === undefined) throw new Error(`the PDF has no ${what}`);
  return found;
}

const referencesIn = (text: string): string[] => [...text.matchAll(/(\d+) 0 R/g)].map(([, id = '']) => id);

/** Pages in reading order; the tree of pages may have any depth. */
function pageIds(pdf: string, id: string): string[] {
  const body = objectText(pdf, id);
  const [, kids] = /\/Kids \[([^\]]*)\]/.exec(body) ?? [];
  return kids === undefined ? [id] : referencesIn(kids).flatMap((kid) => pageIds(pdf, kid));
}

/**
 * Reads the named destinations (ISO 32000-1, 12.3.2.3) of a PDF that Chromium printed.
 * @throws Error for a PDF that is built otherwise
 */
export function pagesOfAnchors(bytes: Buffer): PdfAnchors {
  const pdf = bytes.toString('latin1');
  const root = objectText(pdf, firstGroup(pdf, /\/Root (\d+) 0 R/, 'root'));
  const order = pageIds(pdf, firstGroup(root, /\/Pages (\d+) 0 R/, 'tree of pages'));
  const dests = objectText(pdf, firstGroup(root, /\/Dests (\d+) 0 R/, 'named destinations'));
  const anchors = [...dests.matchAll(/\/([^\s[\]]+) \[(\d+) 0 R \/XYZ/g)].map(
    ([, name = '', page = '']) => [name, order.indexOf(page) + 1] as const,
  );
  return { anchors: new Map(anchors), pages: order.length };
}

/** Widths of bar, space, bar, … of the symbols 0–102, start A, B, C and stop (ISO/IEC 15417). */
const PATTERNS = (
  '212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 ' +
  '123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 ' +
  '232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 ' +
  '313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 ' +
  '111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 ' +
  '111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 ' +
  '114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112'
).split(' ');

const START_B = 104;
const START_C = 105;
const TO_C = 99;
const TO_B = 100;
const STOP = 106;
/** Modules of white that a reader needs at each side. */
export const QUIET_MODULES = 10;

/** A stretch of one character set. */
export type CodeSegment = { readonly set: 'B' | 'C'; readonly text: string };

/**
 * Splits a text of printable ASCII into sets: C packs two digits in a symbol, so that 24 digits fit 58 mm paper;
 * letters of a prefix need B. A switch costs a symbol, so that C must carry at least four digits at an end and six inside.
 */
export function code128Segments(text: string): CodeSegment[] {
  if (!/^[\x20-\x7e]{1,80}$/.test(text))
    throw new RangeError('a CODE128 barcode takes 1 to 80 printable ASCII characters');
  const segments: CodeSegment[] = [];
  const push = (set: 'B' | 'C', part: string): void => {
    const last = segments.at(-1);
    if (part === '') return;
    if (last?.set === set) segments[segments.length - 1] = { set, text: last.text + part };
    else segments.push({ set, text: part });
  };
  for (const run of text.match(/\d+|\D+/g) ?? []) {
    const isEnd = text.startsWith(run) || text.endsWith(run);
    const odd = run.length % 2;
    const packs = /^\d/.test(run) && (run === text ? run.length >= 2 : run.length - odd >= (isEnd ? 4 : 6));
    push('B', packs ? run.slice(0, odd) : run);
    push('C', packs ? run.slice(odd) : '');
  }
  return segments;
}

/** Symbol values from start to check, without the stop. */
export function code128Symbols(segments: readonly CodeSegment[]): number[] {
  const symbols: number[] = [];
  segments.forEach(({ set, text }, at) => {
    if (at === 0) symbols.push(set === 'B' ? START_B : START_C);
    else symbols.push(set === 'B' ? TO_B : TO_C);
    if (set === 'B') symbols.push(...[...text].map((character) => character.charCodeAt(0) - 32));
    else symbols.push(...(text.match(/\d\d/g) ?? []).map(Number));
  });
  const sum = symbols.reduce((total, symbol, at) => total + symbol * Math.max(1, at), 0);
  return [...symbols, sum % 103];
}

/** The modules of the whole barcode, true = black, without the quiet zones. */
export function code128Modules(segments: readonly CodeSegment[]): boolean[] {
  const modules: boolean[] = [];
  for (const symbol of [...code128Symbols(segments), STOP]) {
    [...(PATTERNS[symbol] ?? '')].forEach((width, at) => {
      for (let module = 0; module < Number(width); module += 1) modules.push(at % 2 === 0);
    });
  }
  return modules;
}

/** Dots of the barcode with its quiet zones, at so many dots a module. */
export function code128Dots(text: string, moduleDots: number): number {
  return (code128Modules(code128Segments(text)).length + 2 * QUIET_MODULES) * moduleDots;
}

import { readFileSync } from 'node:fs';
import type { GlyphSet } from '../../hal/glyphs/contract.ts';
import { isBlackDot } from '../../hal/printer/bitmap.ts';
import type { Picture } from '../manual/png.ts';

/** Dots of the display for each dot of a character. */
const SCALES: readonly number[] = [1, 2, 3, 4, 6];

/** A binary PPM of 8 bits a colour, as QEMU's `screendump` writes it. @throws Error for anything else */
export function readPpm(path: string): Picture {
  const bytes = readFileSync(path);
  const head = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(bytes.toString('latin1', 0, 64));
  if (head === null) throw new Error(`${path} is no picture`);
  const [width, height, from] = [Number(head[1]), Number(head[2]), head[0].length];
  const colours = Uint32Array.from({ length: width * height }, (_, at) => bytes.readUIntBE(from + at * 3, 3));
  return { width, height, colours };
}

/** Whether words stand on a display in one row, in any size and place, drawn with these characters: what a person would read there. */
export function shows(picture: Picture, words: string, glyphs: GlyphSet): boolean {
  return SCALES.some((scale) => {
    const stencil = stencilOf(words, glyphs, scale);
    for (let y = 0; y + stencil.height <= picture.height; y += 1) {
      for (let x = 0; x + stencil.width <= picture.width; x += 1) if (fits(picture, stencil, x, y)) return true;
    }
    return false;
  });
}

interface Stencil {
  readonly width: number;
  readonly height: number;
  /** The middle of each dot of the characters, and whether there is ink. */
  readonly dots: readonly { readonly x: number; readonly y: number; readonly isInk: boolean }[];
}

function stencilOf(words: string, glyphs: GlyphSet, scale: number): Stencil {
  const dots: { x: number; y: number; isInk: boolean }[] = [];
  const middle = Math.trunc(scale / 2);
  let left = 0;
  for (const character of words) {
    const glyph = glyphs.glyph(character.codePointAt(0) ?? 0);
    for (let y = 0; y < glyph.height; y += 1) {
      for (let x = 0; x < glyph.width; x += 1)
        dots.push({ x: (left + x) * scale + middle, y: y * scale + middle, isInk: isBlackDot(glyph, x, y) });
    }
    left += glyph.width;
  }
  // Ink and paper in turn: a place that is all one colour is left at the second dot.
  const [ink, paper] = [dots.filter(({ isInk }) => isInk), dots.filter(({ isInk }) => !isInk)];
  const inTurn = ink.flatMap((dot, at) => [dot, ...paper.slice(at, at + 1)]).concat(paper.slice(ink.length));
  return { width: left * scale, height: glyphs.size * scale, dots: inTurn };
}

/** One colour under all ink, another under all paper. */
function fits({ width, colours }: Picture, { dots }: Stencil, left: number, top: number): boolean {
  let [ink, paper] = [-1, -1];
  for (const { x, y, isInk } of dots) {
    const colour = colours[(top + y) * width + left + x] ?? 0;
    if (isInk) {
      if (ink < 0) ink = colour;
      if (colour !== ink || colour === paper) return false;
    } else {
      if (paper < 0) paper = colour;
      if (colour !== paper || colour === ink) return false;
    }
  }
  return ink >= 0;
}

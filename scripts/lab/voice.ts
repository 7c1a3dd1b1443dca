import type { Sentence } from '../../domain/sentence.ts';
import type { ClipPack } from '../../hal/speaker/clip-pack.ts';
import { pcmBytes, sentenceSound } from '../../hal/speaker/sentence-sound.ts';

/** Volume that a terminal starts with, 0–100. */
const VOLUME = 80;
/** Pieces of 20 ms are looked for: a hole of silence that a busy machine makes costs one piece, not the sentence. */
const PIECE_MS = 20;
/** A piece below this level is silence, which is found everywhere. */
const LOUD = 400;

/** How much of a sentence is in a recording. */
export interface Heard {
  /** Pieces of 20 ms that are not silence. */
  readonly pieces: number;
  /** Of them, those found to the bit, each behind the one before. */
  readonly found: number;
}

/** Looks for a sentence in what the sound card played (signed 16 bits, little-endian, one channel, at the rate of the clips). */
export function hear(recording: Buffer, sentence: Sentence, pack: ClipPack): Heard {
  const wanted = Buffer.from(pcmBytes(sentenceSound(sentence, pack), VOLUME));
  const bytes = ((pack.sampleRate * PIECE_MS) / 1000) * 2;
  const pieces: Buffer[] = [];
  for (let at = 0; at + bytes <= wanted.length; at += bytes) {
    const piece = wanted.subarray(at, at + bytes);
    if (isLoud(piece)) pieces.push(piece);
  }
  let [from, found] = [0, 0];
  for (const piece of pieces) {
    const at = recording.indexOf(piece, from);
    if (at < 0) continue;
    found += 1;
    from = at + bytes;
  }
  return { pieces: pieces.length, found };
}

function isLoud(piece: Buffer): boolean {
  for (let at = 0; at < piece.length; at += 2) if (Math.abs(piece.readInt16LE(at)) > LOUD) return true;
  return false;
}

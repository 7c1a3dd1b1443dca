import type { PrinterStatus } from './contract.ts';

/** `DLE EOT n`, answered at once, also by a printer that stands still: 2 asks why it is off line, 4 asks the paper sensor. */
export const askOffline = (): Uint8Array => Uint8Array.of(0x10, 0x04, 2);

/** `DLE EOT 4`: the paper sensor. */
export const askPaper = (): Uint8Array => Uint8Array.of(0x10, 0x04, 4);

const FIXED_MASK = 0x93;
const FIXED_BITS = 0x12;
const COVER_OPEN = 0x04;
const STOPPED_BY_PAPER = 0x20;
const PAPER_ENDED = 0x60;

/** Every answer carries the same fixed bits; anything else is not one. */
export const isStatusAnswer = (byte: number): boolean => (byte & FIXED_MASK) === FIXED_BITS;

/** The state of a printer from its two answers. */
export function statusOf(offline: number, paper: number): PrinterStatus {
  if ((offline & COVER_OPEN) !== 0) return 'cover-open';
  return (offline & STOPPED_BY_PAPER) !== 0 || (paper & PAPER_ENDED) !== 0 ? 'out-of-paper' : 'ok';
}

/** Bytes of one input line; the longest useful line (a 4,096-character scan, every character escaped) is well below. */
export const LINE_BYTES_MAX = 64 * 1024;

/** One line of input, or why there is none. */
export type Line = { readonly is: 'line'; readonly text: string } | { readonly is: 'refused'; readonly reason: string };

/**
 * Cuts a byte stream into lines of bounded length. What is longer is skipped up to its end without being kept, so that no
 * input can fill the memory; the lines after it are read as usual.
 */
export class BoundedLines {
  readonly #bytesMax: number;
  readonly #emit: (line: Line) => void;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  #parts: Uint8Array[] = [];
  #length = 0;
  #skipping = false;

  constructor(emit: (line: Line) => void, bytesMax = LINE_BYTES_MAX) {
    this.#emit = emit;
    this.#bytesMax = bytesMax;
  }

  push(chunk: Uint8Array): void {
    let from = 0;
    for (let end = chunk.indexOf(10, from); end !== -1; end = chunk.indexOf(10, from)) {
      this.#keep(chunk.subarray(from, end));
      this.#finish();
      from = end + 1;
    }
    this.#keep(chunk.subarray(from));
  }

  /** The end of the stream ends the last line too. */
  end(): void {
    if (this.#length > 0 || this.#skipping) this.#finish();
  }

  #keep(part: Uint8Array): void {
    if (this.#skipping || part.length === 0) return;
    this.#length += part.length;
    if (this.#length > this.#bytesMax) {
      this.#skipping = true;
      this.#parts = [];
      this.#emit({
        is: 'refused',
        reason: `a line may have at most ${this.#bytesMax} bytes; the rest of this one is skipped`,
      });
      return;
    }
    this.#parts.push(part);
  }

  #finish(): void {
    const skipped = this.#skipping;
    const bytes = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#length = 0;
    this.#skipping = false;
    if (skipped) return;
    let text: string;
    try {
      text = this.#decoder.decode(bytes);
    } catch {
      this.#emit({ is: 'refused', reason: 'a line must be UTF-8 text' });
      return;
    }
    this.#emit({ is: 'line', text: text.endsWith('\r') ? text.slice(0, -1) : text });
  }
}

import type { PrinterStatus } from '../../hal/printer/contract.ts';

const DLE = 0x10;
const EOT = 0x04;

/** The far end of a printer's line: answers questions at once, as real ones do, and puts everything else on paper. */
export class PrinterEnd {
  state: Exclude<PrinterStatus, 'unplugged'> = 'ok';
  /** A printer without a way back says nothing. */
  isSilent = false;
  readonly #reply: (answer: Uint8Array) => void;
  #paper: number[] = [];
  #question: number[] = [];
  #waiting: { readonly length: number; readonly resolve: () => void }[] = [];

  constructor(reply: (answer: Uint8Array) => void) {
    this.#reply = reply;
  }

  readonly take = (bytes: Uint8Array): void => {
    for (const byte of bytes) this.#takeOne(byte);
    for (const { resolve } of this.#waiting.filter(({ length }) => length <= this.#paper.length)) resolve();
    this.#waiting = this.#waiting.filter(({ length }) => length > this.#paper.length);
  };

  get paper(): Uint8Array {
    return Uint8Array.from(this.#paper);
  }

  /** Resolves with the paper once so many bytes are on it. */
  async until(length: number): Promise<Uint8Array> {
    if (this.#paper.length < length) await new Promise<void>((resolve) => this.#waiting.push({ length, resolve }));
    return this.paper;
  }

  #takeOne(byte: number): void {
    const question = [...this.#question, byte];
    const isQuestion = question[0] === DLE && (question.length < 2 || question[1] === EOT);
    if (isQuestion && question.length < 3) {
      this.#question = question;
      return;
    }
    this.#question = [];
    if (isQuestion) return this.#answer(byte);
    this.#paper.push(...question);
  }

  #answer(about: number): void {
    if (this.isSilent) return;
    const offline = { ok: 0x12, 'out-of-paper': 0x32, 'cover-open': 0x16 }[this.state];
    const paper = this.state === 'out-of-paper' ? 0x72 : 0x12;
    this.#reply(Uint8Array.of(about === 2 ? offline : paper));
  }
}

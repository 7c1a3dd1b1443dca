import { type FailureCode, TerminalFailure } from '../../domain/failure.ts';
import type { PrintJob } from '../../domain/slip.ts';
import type { Printer, PrinterStatus } from './contract.ts';
import { encodeSlip, type TextRasteriser } from './escpos/encode.ts';
import { pictureOf } from './escpos/picture.ts';
import { PROFILE_58MM, type PrinterProfile } from './escpos/profile.ts';
import { renderSlipText } from './slip-text.ts';

/** What a printer of this shop is like; 58 mm with Chinese characters unless said otherwise. */
export interface PaperSetting {
  readonly profile?: PrinterProfile;
  /** Needed by profiles that print text as dots. */
  readonly rasterise?: TextRasteriser | null;
}

/** One slip that came out. */
export interface PrintedPaper {
  readonly job: PrintJob;
  /** The exact bytes that a real printer would get. */
  readonly bytes: Uint8Array;
  readonly text: string;
  /** Drawn from the bytes when it is asked for. */
  readonly svg: string;
}

const FAILURES: Record<Exclude<PrinterStatus, 'ok'>, readonly [FailureCode, string]> = {
  'out-of-paper': ['printer.out-of-paper', 'the printer is out of paper: load a roll'],
  'cover-open': ['printer.cover-open', 'the cover of the printer is open: close it'],
  unplugged: ['printer.unplugged', 'the printer does not answer: check cable and power'],
};

/** A printer whose paper can be looked at, and whose state is set by hand. Makes the same bytes as a real one. */
export class SimulatedPrinter implements Printer {
  readonly #profile: PrinterProfile;
  readonly #rasterise: TextRasteriser | null;
  readonly #statusListeners = new Set<(status: PrinterStatus) => void>();
  readonly #paperListeners = new Set<(paper: PrintedPaper) => void>();
  #status: PrinterStatus = 'ok';
  #closed = false;

  constructor(paper: PaperSetting = {}) {
    this.#profile = paper.profile ?? PROFILE_58MM;
    this.#rasterise = paper.rasterise ?? null;
  }

  async print(job: PrintJob, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const status = this.#closed ? 'unplugged' : this.#status;
    if (status !== 'ok') {
      const [code, message] = FAILURES[status];
      throw new TerminalFailure(code, message, { retryable: true });
    }
    const profile = this.#profile;
    const bytes = encodeSlip(job.slip, profile, this.#rasterise);
    const paper: PrintedPaper = {
      job,
      bytes,
      text: renderSlipText(job.slip, profile.columns),
      get svg() {
        return pictureOf(bytes, profile);
      },
    };
    for (const listener of [...this.#paperListeners]) listener(paper);
  }

  status(): PrinterStatus {
    return this.#status;
  }

  subscribe(listener: (status: PrinterStatus) => void): () => void {
    this.#statusListeners.add(listener);
    return () => void this.#statusListeners.delete(listener);
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#statusListeners.clear();
    this.#paperListeners.clear();
    return Promise.resolve();
  }

  /** Hands: takes the paper out, opens the cover, pulls the plug, or makes it all well again. */
  setStatus(status: PrinterStatus): void {
    if (status === this.#status) return;
    this.#status = status;
    for (const listener of [...this.#statusListeners]) listener(status);
  }

  /** Eyes: told of every slip as it comes out; returns the unsubscribe function. */
  onPaper(listener: (paper: PrintedPaper) => void): () => void {
    this.#paperListeners.add(listener);
    return () => void this.#paperListeners.delete(listener);
  }
}

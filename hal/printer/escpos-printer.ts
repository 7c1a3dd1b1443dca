import { isFailure } from '../../domain/failure.ts';
import type { PrintJob } from '../../domain/slip.ts';
import type { Clock } from '../clock/contract.ts';
import { absent, type NamedDevice, type Presence, PRESENT } from '../device-node/presence.ts';
import { Reopening } from '../device-node/reopening.ts';
import type { Printer, PrinterStatus } from './contract.ts';
import { encodeSlip, type TextRasteriser } from './escpos/encode.ts';
import { PROFILE_58MM, type PrinterProfile } from './escpos/profile.ts';
import { interruption, refusal } from './printer-failures.ts';
import type { PrinterLink } from './printer-link.ts';
import { askOffline, askPaper, isStatusAnswer, statusOf } from './printer-status.ts';

/** How a printer is reached, what it can do, and who hears of its absence. */
export interface EscposPrinterOptions {
  readonly link: PrinterLink;
  readonly device: NamedDevice;
  readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout' | 'monotonicMs'>;
  /** 58 mm paper unless it is given. */
  readonly profile?: PrinterProfile;
  /** Needed by profiles that send text as dots. */
  readonly rasterise?: TextRasteriser;
  readonly onPresence?: (presence: Presence) => void;
  /** Between two looks at a printer that prints nothing. */
  readonly watchMs?: number;
}

const CHUNK_BYTES = 4_096;
const LOOK_MS = 10;
const STALL_LOOK_MS = 25;
const WATCH_MS = 2_000;
const ANSWER_LIMIT_MS = 400;
/** A printer that has answered before and answers this often in a row no more is switched off or cut off. */
const UNANSWERED_MAX = 3;
/** A printer that takes nothing for so long stands still, and the paper is what stops printers. */
const STALL_TOLD_MS = 3_000;
/** The answer behind the last byte of a slip; a slow printer first prints what it holds. */
const RECEIPT_LIMIT_MS = 30_000;

/**
 * A receipt printer that speaks ESC/POS. It is asked for its state between the slips, before and after each. A slip that runs out of
 * paper goes on where it stopped when there is paper again; one whose printer is lost half-way fails as `printer.interrupted`.
 */
export class EscposPrinter implements Printer {
  readonly #options: EscposPrinterOptions;
  readonly #profile: PrinterProfile;
  readonly #reopening: Reopening;
  readonly #listeners = new Set<(status: PrinterStatus) => void>();
  #status: PrinterStatus = 'unplugged';
  #presence: Presence | null = null;
  #isOpen = false;
  #answers = false;
  #unanswered = 0;
  #watchTimer: unknown = null;
  /** One user of the link at a time: a slip, or a look at the state. */
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(options: EscposPrinterOptions) {
    this.#options = options;
    this.#profile = options.profile ?? PROFILE_58MM;
    this.#reopening = new Reopening(options.clock, () => this.#inTurn(() => this.#open()));
    this.#inTurn(() => this.#open());
  }

  async print(job: PrintJob, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const bytes = encodeSlip(job.slip, this.#profile, this.#options.rasterise ?? null);
    const printing = this.#turn.then(() => this.#send(bytes, signal));
    this.#turn = printing.catch(() => undefined);
    return printing;
  }

  status(): PrinterStatus {
    return this.#status;
  }

  subscribe(listener: (status: PrinterStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#listeners.clear();
    this.#reopening.stop();
    this.#options.clock.clearTimeout(this.#watchTimer);
    this.#isOpen = false;
    this.#status = 'unplugged';
    this.#options.link.close();
    await this.#turn;
  }

  #inTurn(work: () => Promise<void>): void {
    this.#turn = this.#turn.then(work).catch((error: unknown) => this.#lost(error));
  }

  async #open(): Promise<void> {
    if (this.#closed || this.#isOpen) return;
    await this.#options.link.open();
    if (this.#closed) return this.#options.link.close();
    this.#isOpen = true;
    this.#answers = false;
    this.#unanswered = 0;
    this.#reopening.succeeded();
    await this.#look();
    this.#tellPresence(PRESENT);
    this.#watch();
  }

  #watch(): void {
    const { clock, watchMs = WATCH_MS } = this.#options;
    clock.clearTimeout(this.#watchTimer);
    if (this.#closed || !this.#isOpen) return;
    this.#watchTimer = clock.setTimeout(() => {
      this.#inTurn(async () => {
        if (this.#isOpen) await this.#lookAgain();
        this.#watch();
      });
    }, watchMs);
  }

  /** Network printers drop connections that are idle: one that can be opened again at once was never gone. */
  async #lookAgain(): Promise<void> {
    try {
      const answered = (await this.#look()) || !this.#answers;
      this.#unanswered = answered ? 0 : this.#unanswered + 1;
      if (this.#unanswered >= UNANSWERED_MAX) throw Object.assign(new Error('no answer'), { code: 'EIO' });
    } catch (error) {
      if (this.#closed) throw error;
      this.#options.link.close();
      this.#isOpen = false;
      const answered = this.#answers;
      await this.#open();
      if (answered && !this.#answers) throw error;
    }
  }

  /** Asks for the state; false without an answer. A printer that has never answered is taken as ready: there are models without a way back. */
  async #look(): Promise<boolean> {
    this.#options.link.read();
    const offline = await this.#ask(askOffline());
    const paper = offline === null ? null : await this.#ask(askPaper());
    if (offline !== null && paper !== null) {
      this.#answers = true;
      this.#become(statusOf(offline, paper));
      return true;
    }
    if (!this.#answers) this.#become('ok');
    return false;
  }

  /** Null when there was no room for the question, or no answer in time. */
  async #ask(question: Uint8Array): Promise<number | null> {
    const { clock, link } = this.#options;
    if (link.write(question) < question.length) return null;
    const from = clock.monotonicMs();
    while (!this.#closed) {
      const answer = link.read().findLast(isStatusAnswer);
      if (answer !== undefined) return answer;
      if (clock.monotonicMs() - from >= ANSWER_LIMIT_MS) return null;
      await this.#wait(LOOK_MS);
    }
    return null;
  }

  async #send(bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const sent = { taken: 0 };
    try {
      if (this.#isOpen && (this.#answers || this.#status !== 'ok')) await this.#lookAgain();
      if (this.#status !== 'ok') throw refusal(this.#status);
      await this.#pass(bytes, signal, sent);
      await this.#awaitReceipt(signal);
    } catch (error) {
      if (signal.aborted || (sent.taken === 0 && isFailure(error))) throw error;
      this.#lost(error);
      throw sent.taken === 0 ? refusal('unplugged') : interruption(error);
    }
  }

  async #pass(bytes: Uint8Array, signal: AbortSignal, sent: { taken: number }): Promise<void> {
    const { clock, link } = this.#options;
    let movedAt = clock.monotonicMs();
    while (sent.taken < bytes.length) {
      signal.throwIfAborted();
      if (this.#closed) throw refusal('unplugged');
      const count = link.write(bytes.subarray(sent.taken, sent.taken + CHUNK_BYTES));
      sent.taken += count;
      if (count > 0) {
        movedAt = clock.monotonicMs();
        continue;
      }
      if (clock.monotonicMs() - movedAt >= STALL_TOLD_MS) this.#become('out-of-paper');
      await this.#wait(STALL_LOOK_MS);
    }
  }

  /** The slip is out when a printer that answers answers behind its last byte, and says that nothing stops it. */
  async #awaitReceipt(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    if (!this.#answers) return this.#become('ok');
    let heardAt = clock.monotonicMs();
    for (;;) {
      const answered = await this.#look();
      if (answered && this.#status === 'ok') return;
      signal.throwIfAborted();
      if (this.#closed) throw refusal('unplugged');
      if (answered) heardAt = clock.monotonicMs();
      if (clock.monotonicMs() - heardAt >= RECEIPT_LIMIT_MS) throw new Error(`no answer for ${RECEIPT_LIMIT_MS} ms`);
      await this.#wait(STALL_LOOK_MS);
    }
  }

  #lost(error: unknown): void {
    const { clock, device, link } = this.#options;
    this.#isOpen = false;
    clock.clearTimeout(this.#watchTimer);
    link.close();
    if (this.#closed) return;
    this.#become('unplugged');
    this.#tellPresence(absent(device, error));
    this.#reopening.schedule();
  }

  #become(status: PrinterStatus): void {
    if (status === this.#status || this.#closed) return;
    this.#status = status;
    for (const listener of [...this.#listeners]) listener(status);
  }

  #tellPresence(presence: Presence): void {
    if (presence.why === this.#presence?.why) return;
    this.#presence = presence;
    this.#options.onPresence?.(presence);
  }

  #wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => void this.#options.clock.setTimeout(() => resolve(), delayMs));
  }
}

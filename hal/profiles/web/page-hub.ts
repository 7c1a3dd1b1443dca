import type { Screen, ScreenName } from '../../../domain/screen.ts';
import type { Clock } from '../../clock/contract.ts';
import { codePath } from './code-path.ts';
import { BEAT_MS, type ServerMessage, type ShownScreen, type Spoken, type TerminalView } from './wire.ts';

/** Screens of one wait: going from one to the other does not start the customer's time anew. */
const WAITING: readonly ScreenName[] = ['paying', 'password'];
/** A sentence and a screen this close to each other belong together, whichever comes first. */
const SAME_MOMENT_MS = 250;

interface OpenPage {
  readonly send: (message: ServerMessage) => void;
  /** Monotonic; the page that was used last has the sound. */
  usedAtMs: number;
}

/** The one view of the terminal, and the pages that watch it. */
export class PageHub {
  readonly #clock: Clock;
  readonly #pages = new Map<string, OpenPage>();
  #view: TerminalView;
  #screenSinceMs = 0;
  #closesAtMs: number | null = null;
  /** The sentence that is being spoken, and whether the screen has moved on since it began. */
  #speaking: { readonly id: number; readonly sinceMs: number; overtaken: boolean } | null = null;
  #pageCount = 0;
  #beat: unknown = null;

  constructor(clock: Clock, view: TerminalView) {
    this.#clock = clock;
    this.#view = view;
  }

  view(): TerminalView {
    return this.#view.screen === null ? this.#view : { ...this.#view, screen: this.#aged(this.#view.screen) };
  }

  /** A page that watches from now on: it is told everything first, then every change. Returns how it leaves. */
  connect(send: (message: ServerMessage) => void): () => void {
    this.#pageCount += 1;
    const page = `page-${this.#pageCount}`;
    this.#pages.set(page, { send, usedAtMs: this.#clock.monotonicMs() });
    send({ is: 'hello', page, view: this.view() });
    if (this.#beat === null) this.#scheduleBeat();
    return () => {
      this.#pages.delete(page);
      if (this.#pages.size > 0) return;
      this.#clock.clearTimeout(this.#beat);
      this.#beat = null;
    };
  }

  hasPages(): boolean {
    return this.#pages.size > 0;
  }

  /** Somebody used this page just now. */
  used(page: string): void {
    const open = this.#pages.get(page);
    if (open !== undefined) open.usedAtMs = this.#clock.monotonicMs();
  }

  show({ name, lines, order, amountFen, qr, closesAtMs }: Screen): void {
    const before = this.#view.screen;
    const sameWait =
      before !== null && WAITING.includes(before.name) && WAITING.includes(name) && before.order === order;
    if (!sameWait) this.#screenSinceMs = this.#clock.monotonicMs();
    this.#closesAtMs = closesAtMs ?? null;
    const code = qr === undefined ? {} : { code: codePath(qr) };
    const shown = this.#aged({ name, lines, order, amountFen, ...code, ageMs: 0 });
    if (this.#speaking === null) this.change({ screen: shown, caption: null });
    else {
      if (this.#clock.monotonicMs() - this.#speaking.sinceMs > SAME_MOMENT_MS) this.#speaking.overtaken = true;
      this.change({ screen: shown });
    }
  }

  change(change: Partial<TerminalView>): void {
    this.#view = { ...this.#view, ...change };
    this.#tellAll({ is: 'view', view: change });
  }

  voice(spoken: Omit<Spoken, 'heardAt'>): void {
    this.#view = { ...this.#view, caption: spoken.text };
    this.#speaking = { id: spoken.id, sinceMs: this.#clock.monotonicMs(), overtaken: false };
    let heardAt: string | null = null;
    let usedAtMs = -Infinity;
    for (const [page, open] of this.#pages) {
      if (open.usedAtMs >= usedAtMs) [heardAt, usedAtMs] = [page, open.usedAtMs];
    }
    this.#tellAll({ is: 'voice', spoken: { ...spoken, heardAt } });
  }

  /** The sentence is over. Its words stay while its screen does: words of the last sale beside the next one would mislead. */
  spoken(id: number): void {
    if (this.#speaking?.id !== id) return;
    if (this.#speaking.overtaken) this.change({ caption: null });
    this.#speaking = null;
  }

  hush(id: number): void {
    this.#tellAll({ is: 'hush', id });
    this.spoken(id);
  }

  close(): void {
    this.change({ stopped: true });
    this.#pages.clear();
    if (this.#beat !== null) this.#clock.clearTimeout(this.#beat);
  }

  #aged(screen: ShownScreen): ShownScreen {
    const { closesInMs: _before, ...rest } = screen;
    const leftMs = (this.#closesAtMs ?? 0) - this.#clock.wallMs();
    return {
      ...rest,
      ageMs: Math.round(this.#clock.monotonicMs() - this.#screenSinceMs),
      ...(leftMs > 0 ? { closesInMs: leftMs } : {}),
    };
  }

  #tellAll(message: ServerMessage): void {
    for (const page of [...this.#pages.values()]) page.send(message);
  }

  #scheduleBeat(): void {
    this.#beat = this.#clock.setTimeout(() => {
      this.#tellAll({ is: 'beat' });
      this.#scheduleBeat();
    }, BEAT_MS);
  }
}

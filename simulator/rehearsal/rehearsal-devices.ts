import type { RehearsalMark } from '../../domain/rehearsal-mark.ts';
import type { Key, Screen } from '../../domain/screen.ts';
import { renderSlipText } from '../../hal/printer/slip-text.ts';
import type { DeviceSet } from '../../hal/profiles/profile.ts';
import type { Heard, Printed } from './counter.ts';

/** Columns of the narrowest paper: what the script reads of a slip does not depend on the printer. */
const COLUMNS = 32;

/**
 * The devices of a profile during a rehearsal. What goes out is watermarked, whoever sends it, and remembered unmarked; what comes in from
 * a person's hands goes to the rehearsal, and the terminal gets the hands of the script instead.
 */
export class RehearsalDevices {
  /** What the terminal gets. Closing them does nothing: the rehearsal goes on after the terminal has stopped. */
  readonly devices: DeviceSet;
  readonly screens: Screen[] = [];
  readonly heard: Heard[] = [];
  readonly printed: Printed[] = [];
  readonly #real: DeviceSet;
  readonly #mark: RehearsalMark;
  readonly #notice: () => void;
  readonly #keyListeners = new Set<(key: Key) => void>();
  readonly #scanListeners = new Set<(text: string) => void>();

  /** @param notice called after everything that was shown, spoken or printed */
  constructor(real: DeviceSet, mark: RehearsalMark, notice: () => void) {
    this.#real = real;
    this.#mark = mark;
    this.#notice = notice;
    this.devices = this.#wrapped();
  }

  press(key: Key): void {
    for (const listener of [...this.#keyListeners]) listener(key);
  }

  scan(text: string): void {
    for (const listener of [...this.#scanListeners]) listener(text);
  }

  /** A screen of the rehearsal's own, which the terminal knows nothing of. */
  show(lines: readonly string[]): void {
    this.#real.screen.show(this.#mark.screen({ name: 'self-test', lines, order: null, amountFen: null }));
  }

  /** The keys of the person who watches. Returns the unsubscribe function. */
  onKey(listener: (key: Key) => void): () => void {
    return this.#real.keypad.subscribe(listener);
  }

  /** Closes the real devices. */
  close(): Promise<void> {
    return this.#real.close();
  }

  #wrapped(): DeviceSet {
    const { screen, speaker, printer, wifi } = this.#real;
    const nothing = (): Promise<void> => Promise.resolve();
    return {
      screen: {
        show: (shown) => {
          this.#seen(this.screens, shown);
          screen.show(this.#mark.screen(shown));
        },
        close: nothing,
      },
      keypad: { subscribe: (listener) => subscribed(this.#keyListeners, listener), close: nothing },
      scanner: { subscribe: (listener) => subscribed(this.#scanListeners, listener), close: nothing },
      speaker: {
        speak: (announcement, signal) => {
          const { sentence, order, refund } = announcement;
          this.#seen(this.heard, { text: sentence.text, order, refund });
          return speaker.speak({ ...announcement, sentence: this.#mark.sentence(sentence) }, signal);
        },
        setVolume: (percent) => speaker.setVolume(percent),
        close: nothing,
      },
      printer: {
        print: async (job, signal) => {
          await printer.print({ ...job, slip: this.#mark.slip(job.slip) }, signal);
          this.#seen(this.printed, { text: renderSlipText(job.slip, COLUMNS), orderBarcode: job.slip.orderBarcode });
        },
        status: () => printer.status(),
        subscribe: (listener) => printer.subscribe(listener),
        close: nothing,
      },
      // Nobody scans a WiFi code in a rehearsal: the terminal stays in the network where it is.
      wifi: { ...boundWifi(wifi), close: nothing },
      close: nothing,
    };
  }

  #seen<Seen>(list: Seen[], seen: Seen): void {
    list.push(seen);
    this.#notice();
  }
}

function boundWifi(wifi: DeviceSet['wifi']): DeviceSet['wifi'] {
  return {
    join: (network, signal) => wifi.join(network, signal),
    current: () => wifi.current(),
    leave: () => wifi.leave(),
    close: () => wifi.close(),
  };
}

function subscribed<Listener>(listeners: Set<Listener>, listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

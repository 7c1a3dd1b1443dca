import type { Platform } from '../../domain/platform.ts';
import type { Locale } from '../../domain/sentence.ts';
import { EN } from '../../domain/screens/en.ts';
import { ZH_CN } from '../../domain/screens/zh-cn.ts';
import { rehearsalWords } from '../../domain/slips/rehearsal-words.ts';
import type { PrinterStatus } from '../../hal/printer/contract.ts';
import type { PlayedRow } from './play-script.ts';
import type { RehearsalDevices } from './rehearsal-devices.ts';
import type { RehearsalRow } from './row.ts';

const WORDS = {
  'zh-CN': { go: '确认：开始', stop: '取消：结束演练', printed: '报告已打印', close: '按确认键结束' },
  en: { go: 'Enter: begin', stop: 'Cancel: end the rehearsal', printed: 'The report is printed', close: 'Enter: end' },
} as const;

/** Who watches a rehearsal, if anybody does. */
export interface OnlookerOptions {
  readonly devices: RehearsalDevices;
  readonly locale: Locale;
  /** Nobody is there: nothing waits for a key. */
  readonly isAuto: boolean;
  readonly signal: AbortSignal;
}

/** The person in front of the terminal, who sees what comes next and says when. */
export class Onlooker {
  readonly #options: OnlookerOptions;

  constructor(options: OnlookerOptions) {
    this.#options = options;
  }

  /** Shows what comes next; false when the person ends the rehearsal. @throws the signal's reason */
  asks(row: RehearsalRow, platform: Platform | null): Promise<boolean> {
    const { devices, locale, isAuto } = this.#options;
    const wallet = platform === null ? '' : this.#screenWords().platform(platform);
    const keys = isAuto ? [] : [WORDS[locale].go, WORDS[locale].stop];
    devices.show([row.id, row.words[locale], wallet, ...keys].filter((line) => line !== ''));
    return isAuto ? Promise.resolve(true) : this.#answers();
  }

  /** Why the report waits. */
  isTold(status: PrinterStatus): void {
    const { devices, locale } = this.#options;
    devices.show([rehearsalWords(locale).title, this.#screenWords().printer[status]]);
  }

  /** The end, on the screen until a key is pressed. */
  async sees(played: readonly PlayedRow[]): Promise<void> {
    const { devices, locale, isAuto } = this.#options;
    const words = rehearsalWords(locale);
    const wrong = played.filter(({ state }) => state !== 'passed');
    const lines = wrong.map(({ row, platform, state }) => {
      return `${row.id} ${platform === null ? '' : this.#screenWords().platform(platform)} ${words.state[state]}`;
    });
    const verdict = wrong.length === 0 ? words.passed : words.failed(wrong.length);
    devices.show([verdict, ...lines, WORDS[locale].printed, ...(isAuto ? [] : [WORDS[locale].close])]);
    // Whoever stops here instead of pressing a key has seen the end as well.
    if (!isAuto) await this.#answers().catch(() => false);
  }

  #answers(): Promise<boolean> {
    const { devices, signal } = this.#options;
    const { promise, resolve, reject } = Promise.withResolvers<boolean>();
    const unsubscribe = devices.onKey((key) => {
      if (key === 'enter' || key === 'cancel') resolve(key === 'enter');
    });
    const stop = (): void => reject(new Error('the rehearsal was stopped'));
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    return promise.finally(() => {
      unsubscribe();
      signal.removeEventListener('abort', stop);
    });
  }

  #screenWords() {
    return this.#options.locale === 'en' ? EN : ZH_CN;
  }
}

import { type Fen, yuanText } from '../fen.ts';
import type { Platform } from '../platform.ts';
import type { Locale } from '../sentence.ts';
import type { Slip, SlipBlock, SlipKind } from '../slip.ts';
import { localTimeText } from './local-time.ts';
import { platformName, slipAmount, type SlipWords, slipWords } from './slip-words.ts';

/** Why a slip is not the first one of its kind; null for the first. */
export type SlipMark = null | 'reprint' | 'after-power-cut';

/** What every slip says of its surroundings. */
export interface SlipSetting {
  readonly locale: Locale;
  /** Minutes east of UTC; 480 in China. */
  readonly utcOffsetMinutes: number;
  readonly shopName: string;
  readonly deviceId: string;
  readonly staffId: string | null;
}

/** Collects the blocks of one slip in its language. Fields without a value are left out. */
export class SlipBuilder {
  readonly words: SlipWords;
  readonly #setting: SlipSetting;
  readonly #blocks: SlipBlock[] = [];

  constructor(setting: SlipSetting) {
    this.#setting = setting;
    this.words = slipWords(setting.locale);
  }

  heading(title: string, mark: SlipMark, ...under: string[]): this {
    this.#blocks.push({ is: 'title', text: title });
    if (mark !== null)
      this.centred(`*** ${mark === 'reprint' ? this.words.reprint : this.words.afterPowerCut} ***`, true);
    under.forEach((text) => this.centred(text));
    return this.rule();
  }

  /** Shop, device and the person at the terminal. */
  surroundings(person: string): this {
    const { shopName, deviceId, staffId } = this.#setting;
    return this.field(this.words.shop, shopName).field(this.words.device, deviceId).field(person, staffId);
  }

  field(label: string, value: string | null): this {
    if (value !== null && value !== '') this.#blocks.push({ is: 'field', label, value });
    return this;
  }

  time(label: string, atMs: number | null): this {
    return this.field(label, atMs === null ? null : localTimeText(atMs, this.#setting.utcOffsetMinutes));
  }

  platform(platform: Platform | null): this {
    return this.field(this.words.platform, platform === null ? null : platformName(this.words, platform));
  }

  money(label: string, amountFen: Fen): this {
    return this.field(label, slipAmount(this.words, yuanText(amountFen)));
  }

  /** The amount that the slip is about, large. */
  amount(label: string, amountFen: Fen): this {
    return this.large(label, slipAmount(this.words, yuanText(amountFen)));
  }

  /** What the slip is about where that is no amount, large. */
  large(label: string, value: string): this {
    this.#blocks.push({ is: 'amount', label, value });
    return this;
  }

  text(text: string, bold = false): this {
    this.#blocks.push({ is: 'text', text, bold });
    return this;
  }

  centred(text: string, bold = false): this {
    this.#blocks.push({ is: 'text', text, align: 'center', bold });
    return this;
  }

  rule(): this {
    this.#blocks.push({ is: 'rule' });
    return this;
  }

  barcode(number: string): this {
    this.#blocks.push({ is: 'barcode', value: number });
    return this;
  }

  qr(text: string): this {
    this.#blocks.push({ is: 'qr', value: text });
    return this;
  }

  feed(lines: number): this {
    this.#blocks.push({ is: 'feed', lines });
    return this;
  }

  build(kind: SlipKind, mark: SlipMark): Slip {
    const barcode = this.#blocks.find((block) => block.is === 'barcode');
    return {
      kind: mark === 'reprint' ? 'reprint' : kind,
      blocks: [...this.#blocks],
      // The barcode of a self-test is a sample that belongs to no order.
      orderBarcode: kind === 'self-test' ? null : (barcode?.value ?? null),
    };
  }
}

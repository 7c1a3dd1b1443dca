import type { Key, ScreenName } from '../../../domain/screen.ts';
import type { Platform } from '../../../domain/platform.ts';
import { makeCode, type CodeKind } from '../../../simulator/gateway/customer-codes.ts';
import type { SupervisedShop } from '../supervised-shop.ts';

/** A chart was killed on the way: the rest of the journey is not walked. */
export class Interrupted extends Error {}

/** A way through the terminal that a cashier, a trouble or both can take; it passes the same places every time. */
export interface Journey {
  readonly name: string;
  readonly walk: (walk: Walk) => Promise<void>;
}

const MINUTE_MS = 60_000;

/** Hands and eyes on a journey. Every step ends the journey when a chart was killed meanwhile. */
export class Walk {
  readonly shop: SupervisedShop;
  readonly #isKilled: () => boolean;
  readonly #crash: (chart: string) => void;

  constructor(
    shop: SupervisedShop,
    hooks: { readonly isKilled: () => boolean; readonly crash: (chart: string) => void },
  ) {
    this.shop = shop;
    this.#isKilled = hooks.isKilled;
    this.#crash = hooks.crash;
  }

  /** Fen; amounts whose cents choose a fault script are never drawn. */
  amount(): number {
    return 100 + this.#upTo(80_000);
  }

  platform(): Platform {
    return this.#upTo(2) === 0 ? 'wechat' : 'alipay';
  }

  async press(...keys: readonly Key[]): Promise<void> {
    for (const key of keys) {
      this.shop.press(key);
      await this.shop.turn();
      this.#goOn();
    }
  }

  async scan(text: string): Promise<void> {
    this.shop.scan(text);
    await this.shop.turn();
    this.#goOn();
  }

  /** Waits until the screen is there. @throws Error when it does not come */
  async sees(...names: readonly ScreenName[]): Promise<void> {
    await this.comes(`the screen ${names.join(' or ')}`, () => names.some((name) => this.shop.screen?.name === name));
  }

  /** Waits until the screen has that line in it. */
  async reads(words: string): Promise<void> {
    await this.comes(`"${words}"`, () => this.shop.screen?.lines.join('\n').includes(words) === true);
  }

  async comes(what: string, isSo: () => boolean, mostMs = 8 * MINUTE_MS): Promise<void> {
    const isThere = await this.shop.until(() => this.#isKilled() || isSo(), mostMs);
    this.#goOn();
    if (!isThere) throw new Error(`${what} did not come; the screen is ${this.shop.screen?.name ?? 'dark'}`);
  }

  async pass(ms: number): Promise<void> {
    await this.shop.until(() => this.#isKilled(), ms);
    this.#goOn();
  }

  /** Home, whatever is on the screen. */
  async home(): Promise<void> {
    for (let press = 0; press < 4 && !this.shop.isHome; press += 1) await this.press('cancel');
    await this.comes('the way home', () => this.shop.isHome);
  }

  async restart(): Promise<void> {
    await this.shop.restart();
    this.#goOn();
    await this.comes('the idle screen after a restart', () => this.shop.isHome);
  }

  /** A chart that crashes on the way, as itself a step of the journey. */
  async crash(chart: string): Promise<void> {
    this.#crash(chart);
    await this.shop.turn();
    this.#goOn();
  }

  /** Types the amount and shows the code; says what is to be charged to the observer. */
  async sell(options: { kind?: CodeKind; waitS?: number; fen?: number; platform?: Platform } = {}): Promise<void> {
    const { kind = 'plain', waitS = 0, fen = this.amount(), platform = this.platform() } = options;
    await this.type(fen);
    // An unresolved order of the same amount asks for one confirming key (M9).
    if (this.shop.screen?.name === 'confirm') await this.press('enter');
    await this.sees('present-code');
    await this.scan(makeCode(platform, kind, waitS, this.shop.random));
  }

  async type(fen: number): Promise<void> {
    await this.home();
    await this.press(...([...(fen / 100).toFixed(2)] as Key[]), 'enter');
  }

  /** A sale that succeeds; gives its order's number, with the counter idle again. */
  async paid(options: Parameters<Walk['sell']>[0] = {}): Promise<string> {
    await this.sell(options);
    await this.sees('paid');
    const order = this.shop.screen?.order ?? '';
    await this.home();
    return order;
  }

  /** The refund key and the scan of the order, as far as its amount. */
  async atRefundAmount(order: string): Promise<void> {
    await this.home();
    await this.press('refund');
    await this.scan(order);
    await this.sees('refund-amount');
  }

  /** A refund that stands before its request, of some of the amount. */
  async refund(order: string): Promise<void> {
    await this.atRefundAmount(order);
    await this.press('0', '.', '0', '1', 'enter');
  }

  async menu(...digits: readonly Key[]): Promise<void> {
    await this.home();
    await this.press('menu', ...digits);
  }

  /** Nothing of money is under way any more. */
  async settled(): Promise<void> {
    await this.comes('the end of all that is open', () => this.shop.openItems === 0, 180 * MINUTE_MS);
  }

  #goOn(): void {
    if (this.#isKilled()) throw new Interrupted('a chart was killed');
  }

  #upTo(limit: number): number {
    return Math.floor(this.shop.random.fraction() * limit);
  }
}

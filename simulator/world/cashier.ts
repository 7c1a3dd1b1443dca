import type { Key, Screen } from '../../domain/screen.ts';
import type { Clock } from '../../hal/clock/contract.ts';
import type { SeededRandom } from '../../hal/random/seeded-random.ts';
import { makeCode, type CodeKind } from '../gateway/customer-codes.ts';
import { FAULT_SCRIPTS } from '../gateway/fault-scripts.ts';
import { scriptAmountFen } from '../gateway/fault-script.ts';
import type { FaultRates } from './fault-rates.ts';
import type { Sometimes } from './sometimes.ts';
import type { Sale, Truth } from './truth.ts';

/** Wallets renew a code every minute; nobody shows an older one. */
const CODE_SHOWN_MAX_MS = 55_000;
/** Amounts that many customers pay, so that the guard against double charges has work. */
const USUAL_FEN = [600, 888, 1250, 1888];
/** A body of a megabyte is the transport's own test and would only cost time; a gateway that never answers again keeps its order open. */
const UNSUITABLE = ['huge-body', 'status-103-forever', 'status-103-forever-charged', 'refund-stays'];
const SUITABLE = FAULT_SCRIPTS.filter(({ id }) => !UNSUITABLE.includes(id));
const SCRIPTED_FEN = SUITABLE.map(scriptAmountFen);
/** Sales whose refund goes wrong, so that some are there when money is given back. */
const REFUND_SCRIPTED_FEN = SUITABLE.filter(({ id }) => id.startsWith('refund-')).map(scriptAmountFen);
const KINDS: readonly (readonly [CodeKind, number])[] = [
  ['plain', 0.72],
  ['password', 0.86],
  ['insufficient', 0.91],
  ['stops', 0.95],
  ['never', 1],
];

interface Hands {
  press(...keys: readonly Key[]): void;
  scan(text: string): void;
}

/**
 * A cashier with customers: types, scans, waits, walks away, presses too much, scans a code twice, tries again after a failure.
 * Looks at the screen only, as a person would, and acts every few seconds.
 */
export class Cashier {
  readonly #clock: Clock;
  readonly #random: SeededRandom;
  readonly #truth: Truth;
  readonly #sometimes: Sometimes;
  readonly #rates: () => FaultRates;
  readonly #codes = new Set<string>();
  #sale: Sale | null = null;
  #code: { text: string; shownAtMs: number } | null = null;
  /** The sale whose code is to be shown once more, by mistake. */
  #again: { sale: Sale; code: string; shownAtMs: number } | null = null;
  #idleLooks = 0;
  /** The order whose money goes back, while the cashier is at it. */
  #refundOf: string | null = null;

  constructor(parts: {
    readonly clock: Clock;
    readonly random: SeededRandom;
    readonly truth: Truth;
    readonly sometimes: Sometimes;
    readonly rates: () => FaultRates;
  }) {
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#truth = parts.truth;
    this.#sometimes = parts.sometimes;
    this.#rates = parts.rates;
  }

  /** One look at the screen, and what follows from it. `serving`: another customer may come. */
  act(screen: Screen, hands: Hands, serving: boolean): void {
    switch (screen.name) {
      case 'idle':
        return serving ? this.#startNext(hands) : undefined;
      case 'amount':
        return hands.press(this.#chance(0.7) ? 'enter' : 'cancel');
      case 'confirm':
        return this.#confirm(hands);
      case 'present-code':
        return this.#present(hands);
      case 'paying':
      case 'password':
        return this.#wait(hands);
      case 'paid':
      case 'failed':
      case 'unknown':
      case 'refused':
        return this.#finish(screen, hands, serving);
      default:
        return this.#refund(screen, hands);
    }
  }

  #refund(screen: Screen, hands: Hands): void {
    switch (screen.name) {
      case 'refund-scan':
        return this.#refundOf === null ? hands.press('cancel') : hands.scan(this.#refundOf);
      case 'refund-amount':
        return this.#typeRefund(screen, hands);
      case 'refunding':
        return this.#chance(0.05) ? hands.press('cancel') : undefined;
      default:
        return hands.press('cancel');
    }
  }

  /** Milliseconds until the next look. */
  pauseMs(): number {
    return 700 + Math.floor(this.#random.fraction() * 2300);
  }

  /** The shop has lost its terminal: the customer is gone. */
  lostTerminal(): void {
    this.#sale = null;
    this.#again = null;
  }

  #startNext(hands: Hands): void {
    this.#refundOf = null;
    if (!this.#chance(this.#rates().refunds)) return this.#begin(hands);
    this.#refundOf = this.#truth.somePaidOrder(this.#random);
    if (this.#refundOf !== null) hands.press('refund');
  }

  /** All of it, a part of it, or more than there is. */
  #typeRefund(screen: Screen, hands: Hands): void {
    if (this.#refundOf === null || this.#chance(0.05)) return hands.press('cancel');
    const paidFen = screen.amountFen ?? 100;
    const draw = this.#random.fraction();
    if (draw > 0.5) {
      const fen = draw > 0.95 ? paidFen + 1 : Math.max(1, Math.floor(paidFen * this.#random.fraction()));
      hands.press(...((fen / 100).toFixed(2).split('') as Key[]));
    }
    this.#truth.refunds.asked(this.#refundOf);
    hands.press('enter');
  }

  #begin(hands: Hands): void {
    this.#idleLooks = 0;
    const again = this.#again;
    this.#again = null;
    if (again !== null && this.#clock.monotonicMs() - again.shownAtMs < CODE_SHOWN_MAX_MS) {
      this.#sale = again.sale;
      this.#code = { text: again.code, shownAtMs: again.shownAtMs };
    } else {
      this.#sale = this.#truth.newSale(this.#amountFen());
      this.#code = null;
    }
    this.#type(this.#sale.amountFen, hands);
  }

  #type(fen: number, hands: Hands): void {
    // Also after a refund that was refused: from here on a question is about this sale.
    this.#refundOf = null;
    const keys = (fen / 100).toFixed(2).split('') as Key[];
    if (this.#chance(0.05)) hands.press('7', 'backspace');
    hands.press(...keys);
    if (this.#chance(0.03)) hands.scan(this.#newCode('plain'));
    if (this.#chance(0.97)) hands.press('enter');
  }

  /** M9: an order of the same amount is unresolved. */
  #confirm(hands: Hands): void {
    if (this.#chance(0.3)) return hands.press('cancel');
    if (this.#refundOf !== null) return hands.press('enter');
    this.#sometimes.count('same amount confirmed');
    if (this.#sale !== null) this.#sale.confirmed = true;
    hands.press('enter');
  }

  #present(hands: Hands): void {
    const sale = this.#sale;
    if (sale === null || this.#chance(0.04)) return hands.press('cancel');
    if (this.#chance(0.03)) return hands.scan('not a code at all');
    if (this.#chance(0.03)) return;
    const now = this.#clock.monotonicMs();
    if (this.#code !== null && now - this.#code.shownAtMs > CODE_SHOWN_MAX_MS && sale.orders.size > 0) {
      // This customer has an order already and was only scanned once more by mistake: no second code for them.
      this.#sale = null;
      return hands.press('cancel');
    }
    if (this.#code === null || now - this.#code.shownAtMs > CODE_SHOWN_MAX_MS) {
      this.#code = { text: this.#newCode(this.#kind()), shownAtMs: now };
    } else if (sale.codes.includes(this.#code.text)) {
      this.#sometimes.count('used code swallowed');
      // Told to refresh the code, this cashier looks up, sees that it is another customer's turn, and gives up.
      this.#sale = null;
      return hands.scan(this.#code.text);
    }
    this.#truth.codeShown(sale, this.#code.text);
    hands.scan(this.#code.text);
    if (this.#chance(0.03)) hands.scan(this.#code.text);
  }

  #wait(hands: Hands): void {
    if (this.#chance(0.03) && this.#code !== null) return hands.scan(this.#code.text);
    if (!this.#chance(0.03)) return;
    this.#sometimes.count('cashier left an order running');
    hands.press('cancel');
    // The hasty one types the same again while the first order still runs.
    if (this.#sale !== null && this.#code !== null && this.#chance(0.6)) {
      this.#again = { sale: this.#sale, code: this.#code.text, shownAtMs: this.#code.shownAtMs };
    }
    this.#sale = null;
  }

  #finish(screen: Screen, hands: Hands, serving: boolean): void {
    this.#idleLooks += 1;
    // Nobody looks for a while, and the screen goes home by itself.
    if (this.#chance(0.2) && this.#idleLooks < 10) return;
    const failed = screen.name === 'failed' || screen.name === 'refused';
    hands.press('cancel');
    if (failed && serving && this.#sale !== null && this.#chance(0.5) && this.#mayTryAgain(screen, this.#sale)) {
      this.#sometimes.count('tried again after a failure');
      this.#code = null;
      return this.#type(this.#sale.amountFen, hands);
    }
    this.#sale = null;
  }

  /** What is refused says nothing of an order that was begun before it and perhaps is paid meanwhile: neither a sale nor a refund. */
  #mayTryAgain(screen: Screen, sale: Sale): boolean {
    return this.#refundOf === null && (screen.name === 'failed' || sale.orders.size === 0);
  }

  #amountFen(): number {
    const draw = this.#random.fraction();
    if (draw < this.#rates().scripted) return this.#pick(this.#chance(0.3) ? REFUND_SCRIPTED_FEN : SCRIPTED_FEN);
    if (draw < 0.3) return this.#pick(USUAL_FEN);
    return 1 + Math.floor(this.#random.fraction() * 20_000);
  }

  #kind(): CodeKind {
    const draw = this.#random.fraction();
    return KINDS.find(([, until]) => draw < until)?.[0] ?? 'plain';
  }

  #newCode(kind: CodeKind): string {
    for (;;) {
      const waitS = kind === 'plain' ? 0 : 1 + Math.floor(this.#random.fraction() ** 3 * 115);
      const code = makeCode(this.#chance(0.5) ? 'wechat' : 'alipay', kind, waitS, this.#random);
      if (this.#codes.has(code)) continue;
      this.#codes.add(code);
      return code;
    }
  }

  #pick(amounts: readonly number[]): number {
    return amounts[Math.floor(this.#random.fraction() * amounts.length)] ?? 100;
  }

  #chance(probability: number): boolean {
    return this.#random.fraction() < probability;
  }
}

import type { TransportAnswer, TransportRequest } from '../../cloudpay/transport.ts';
import type { Screen } from '../../domain/screen.ts';
import type { Announcement } from '../../domain/sentence.ts';
import type { PrintJob } from '../../domain/slip.ts';
import { demoMerchants } from '../gateway/merchant.ts';
import { settle, type Order } from '../gateway/order.ts';
import type { Sandbox } from '../gateway/sandbox.ts';
import { spokenFen } from './spoken-amount.ts';
import { RefundTruth } from './refund-truth.ts';
import { isSignedDenial, numberIn, payIn, wordsOf } from './overheard.ts';
import type { Sometimes } from './sometimes.ts';

/** A wallet renews a code after this long; a repeat of a payment request must come before (M2). */
const CODE_LIFE_MS = 60_000;
/** A telling that was heard so long before its process ended is in the journal for good, if the disk did not fail meanwhile. */
const TOLD_IS_DURABLE_MS = 5000;

/** One customer who wants to pay one amount once. */
export interface Sale {
  readonly id: number;
  readonly amountFen: number;
  /** Every code this customer showed. */
  readonly codes: string[];
  readonly orders: Set<string>;
  /** The cashier was asked whether to charge the same amount again and said yes. */
  confirmed: boolean;
}

/** One order number as the world saw it from outside. */
export interface SeenOrder {
  readonly number: string;
  sale: Sale | null;
  body: string | null;
  /** Monotonic instant of the first pay request. */
  firstSentMs: number;
  pays: number;
  /** A pay request may have reached the gateway and no signed "no such order" came back since. */
  mayBeThere: boolean;
  saidPaid: boolean;
  saidFailed: boolean;
  saidUnknown: boolean;
  paidAnnounced: number;
  paidPrinted: number;
}

/**
 * The observer that knows everything: it hears what the terminal sends, says, shows and prints, looks into the gateway's book, and names
 * the money rule (M1 to M9) that was broken.
 */
export class Truth {
  readonly #sandbox: Sandbox;
  readonly #sometimes: Sometimes;
  readonly #note: (order: string | null, what: string) => void;
  readonly violations: string[] = [];
  readonly sales: Sale[] = [];
  readonly orders = new Map<string, SeenOrder>();
  readonly announced: string[] = [];
  readonly #saleOfCode = new Map<string, Sale>();
  readonly refunds: RefundTruth;
  readonly #nowMs: () => number;
  readonly #printed = new Set<string>();
  /** The last order that each customer code was sent for. */
  readonly #sentCodes = new Map<string, { readonly number: string; readonly atMs: number }>();
  readonly #book = new Map<string, Order>();
  /** The gateway's own rows, in the order they were made; it only ever adds to them. */
  readonly #rows: readonly Order[];
  readonly #keys: readonly string[];
  #bookRead = 0;
  #toldInThisLife = new Set<string>();
  /** Heard to the end in this life, and when. */
  #heardInThisLife = new Map<string, number>();
  /** Heard to the end in an earlier life, and surely recorded there. */
  readonly #heardForGood = new Set<string>();
  #diskFailedInThisLife = false;
  /** Until when the terminal itself said that it had to give history away. */
  #historyGoneUntilMs = -1;

  constructor(parts: {
    readonly sandbox: Sandbox;
    /** The world's monotonic time. */
    readonly nowMs: () => number;
    readonly sometimes: Sometimes;
    /** Takes the story down. */
    readonly note: (order: string | null, what: string) => void;
  }) {
    this.#sandbox = parts.sandbox;
    this.#rows = parts.sandbox.save().orders;
    this.#keys = demoMerchants().map(({ authenKey }) => authenKey);
    this.#sometimes = parts.sometimes;
    this.#note = parts.note;
    this.#nowMs = parts.nowMs;
    this.refunds = new RefundTruth({ ...parts, broken: (rule, what, order) => this.broken(rule, what, order) });
  }

  newSale(amountFen: number): Sale {
    const sale: Sale = { id: this.sales.length + 1, amountFen, codes: [], orders: new Set(), confirmed: false };
    this.sales.push(sale);
    return sale;
  }

  codeShown(sale: Sale, code: string): void {
    if (!sale.codes.includes(code)) sale.codes.push(code);
    this.#saleOfCode.set(code, sale);
  }

  /** The process life has ended, and another one is about to begin. */
  newLife(): void {
    for (const [job, atMs] of this.#heardInThisLife) {
      if (!this.#diskFailedInThisLife && this.#nowMs() - atMs > TOLD_IS_DURABLE_MS) this.#heardForGood.add(job);
    }
    this.#diskFailedInThisLife = false;
    this.#heardInThisLife = new Map();
    this.#toldInThisLife = new Set();
  }

  /** Something was not recorded in this life: what it told may be told again. */
  diskFailed(): void {
    this.#diskFailedInThisLife = true;
  }

  /** A full disk: what had come to its end may have left the journal, and nothing else. */
  historyLetGo(): void {
    this.#historyGoneUntilMs = this.#nowMs();
    this.#sometimes.count('history let go');
  }

  /** What was sent at that time may have left the journal since. */
  mayBeGone(sentMs: number): boolean {
    return sentMs <= this.#historyGoneUntilMs;
  }

  /** The gateway's own row, brought up to this instant. */
  bookOrder(number: string): Order | undefined {
    for (; this.#bookRead < this.#rows.length; this.#bookRead += 1) {
      const row = this.#rows[this.#bookRead];
      if (row !== undefined) this.#book.set(row.number, row);
    }
    const order = this.#book.get(number);
    if (order !== undefined) settle(order, this.#sandbox.nowMs());
    return order;
  }

  charges(number: string): number {
    return this.bookOrder(number)?.charges ?? 0;
  }

  /** One of the last orders that the terminal knows as paid, now and then one under a script; null while there is none. */
  somePaidOrder(random: { fraction(): number }): string | null {
    const paid = [...this.orders.values()].filter(({ saidPaid }) => saidPaid).slice(-20);
    const scripted = paid.filter(({ number }) => (this.bookOrder(number)?.script ?? null) !== null);
    const from = scripted.length > 0 && random.fraction() < 0.4 ? scripted : paid;
    return from[Math.floor(random.fraction() * from.length)]?.number ?? null;
  }

  /** Bytes leave the terminal. */
  sent(request: TransportRequest): void {
    if (request.path === '/cpay/refund' && request.body !== null) this.refunds.sent(request.body);
    if (request.path !== '/cpay/micro_pay' || request.body === null) return;
    const { number, code } = payIn(request.body);
    const order = this.seen(number);
    const sale = this.#saleOfCode.get(code) ?? null;
    this.#note(number, `pay to ${request.domain}`);
    this.#codeSent(code, number);
    if (order.body === null) {
      order.body = request.body;
      order.firstSentMs = this.#nowMs();
      order.sale = sale;
      sale?.orders.add(number);
    } else if (order.body !== request.body) {
      this.broken('M2', `order ${number} was sent again with other bytes`, number);
    } else {
      this.#sometimes.count('payment repeated byte by byte');
    }
    if (order.mayBeThere) this.broken('M2', `order ${number} was repeated without a signed denial`, number);
    if (this.#nowMs() - order.firstSentMs > CODE_LIFE_MS)
      this.broken('M2', `order ${number} was repeated when its customer's code had died`, number);
    order.mayBeThere = true;
    order.pays += 1;
  }

  /** M9: inside its life a code is one payment, and one payment has one number. */
  #codeSent(code: string, number: string): void {
    const before = this.#sentCodes.get(code);
    if (before !== undefined && before.number !== number && this.#nowMs() - before.atMs < CODE_LIFE_MS) {
      this.broken('M9', `one customer code was sent for ${before.number} and ${number}`, number);
    }
    this.#sentCodes.set(code, { number, atMs: this.#nowMs() });
  }

  answered(request: TransportRequest, answer: TransportAnswer): void {
    if (request.body === null || answer.kind !== 'answer') return;
    if (request.path !== '/cpay/query_order') return;
    const text = Buffer.from(answer.body).toString('utf8');
    const asked = numberIn(request.body);
    if (asked === null) return;
    const { status, state } = wordsOf(text);
    this.#note(asked, `an answer reaches the terminal: status ${status}, state ${state}`);
    if (isSignedDenial(text, this.#keys)) this.seen(asked).mayBeThere = false;
  }

  shown(screen: Screen): void {
    const { order: number } = screen;
    if (number === null || number === '') return;
    switch (screen.name) {
      case 'paid':
        return this.#tellsPaid(number, 'the screen', screen.amountFen);
      case 'failed':
        return this.#tellsFailed(number, 'the screen');
      case 'unknown':
        this.seen(number).saidUnknown = true;
        return this.#note(number, 'the screen says unknown');
      default:
        return;
    }
  }

  /** The sentence has begun: from here on it may have been heard. */
  speaks(announcement: Announcement): void {
    const { job, refund, order, sentence } = announcement;
    if (!RESULT.test(job)) return;
    if (this.#toldInThisLife.has(job)) this.broken('M7', `${job} was told twice in one process life`, order);
    if (this.#heardForGood.has(job)) this.broken('M7', `${job} was told again, although it had been recorded`, order);
    this.#toldInThisLife.add(job);
    if (refund !== null) return this.refunds.speaks(announcement);
    const number = /^(.+)-(paid|failed|unknown)-voice$/.exec(job);
    if (number?.[1] === undefined) return;
    if (number[2] === 'paid') this.#tellsPaid(number[1], 'the voice', spokenFen(sentence.clips));
    if (number[2] === 'failed') this.#tellsFailed(number[1], 'the voice');
    if (number[2] === 'unknown') this.seen(number[1]).saidUnknown = true;
  }

  /** The sentence has been heard to its end. */
  spoke({ job, sentence, refund }: Announcement): void {
    this.announced.push(job);
    if (RESULT.test(job)) this.#heardInThisLife.set(job, this.#nowMs());
    if (refund !== null) return this.refunds.heard(job);
    const number = /^(.+)-paid-voice$/.exec(job)?.[1];
    if (number === undefined) return;
    this.seen(number).paidAnnounced += 1;
    if (/断电|power cut/.test(sentence.text)) this.#sometimes.count('told after a power cut');
  }

  printed({ id, slip, order }: PrintJob): void {
    this.#note(order, `slip ${id}`);
    if (this.#printed.has(id)) this.broken('M7', `print job ${id} was printed twice`, order);
    this.#printed.add(id);
    if (order === null || !id.startsWith(`${order}-paid-slip`)) return;
    this.seen(order).paidPrinted += 1;
    const amount = slip.blocks.find((block) => block.is === 'amount')?.value ?? '';
    this.#tellsPaid(order, 'the slip', Math.round(Number(amount.replaceAll(/[^\d.]/g, '')) * 100));
  }

  seen(number: string): SeenOrder {
    let order = this.orders.get(number);
    if (order === undefined) {
      const told = { saidPaid: false, saidFailed: false, saidUnknown: false, paidAnnounced: 0, paidPrinted: 0 };
      order = { number, sale: null, body: null, firstSentMs: 0, pays: 0, mayBeThere: false, ...told };
      this.orders.set(number, order);
    }
    return order;
  }

  broken(rule: string, what: string, order: string | null): void {
    this.violations.push(`${rule}: ${what}`);
    this.#note(order, `BROKEN ${rule}: ${what}`);
  }

  #tellsPaid(number: string, who: string, saidFen: number | null): void {
    const totalFen = this.bookOrder(number)?.totalFen;
    if (totalFen !== undefined && saidFen !== totalFen)
      this.broken('M4', `${who} says ${saidFen} fen of order ${number}, and it is about ${totalFen}`, number);
    const order = this.seen(number);
    if (!order.saidPaid) this.#note(number, `${who} says paid`);
    order.saidPaid = true;
    if (this.charges(number) === 0)
      this.broken('M4', `${who} says that order ${number} is paid, and it is not`, number);
  }

  #tellsFailed(number: string, who: string): void {
    const order = this.seen(number);
    if (!order.saidFailed) this.#note(number, `${who} says failed`);
    order.saidFailed = true;
    if (this.charges(number) > 0) this.broken('M4', `${who} says that order ${number} failed, and it is paid`, number);
  }
}

/** Job names of results; prompts and replays may come as often as they like. */
const RESULT = /-(paid|failed|unknown|accepted|refunded|manual)-voice$/;

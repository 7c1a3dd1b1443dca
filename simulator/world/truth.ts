import type { TransportAnswer, TransportRequest } from '../../cloudpay/transport.ts';
import type { Screen } from '../../domain/screen.ts';
import type { Announcement } from '../../domain/sentence.ts';
import type { PrintJob } from '../../domain/slip.ts';
import { settle, type Order } from '../gateway/order.ts';
import type { Sandbox } from '../gateway/sandbox.ts';
import type { Sometimes } from './sometimes.ts';

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
  pays: number;
  /** A pay request may have reached the gateway and no signed "no such order" came back since. */
  mayBeThere: boolean;
  saidPaid: boolean;
  saidFailed: boolean;
  saidUnknown: boolean;
  paidAnnounced: number;
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
  readonly #printed = new Set<string>();
  readonly #refunds = new Map<string, string>();
  readonly #book = new Map<string, Order>();
  /** The gateway's own rows, in the order they were made; it only ever adds to them. */
  readonly #rows: readonly Order[];
  #bookRead = 0;
  #toldInThisLife = new Set<string>();

  constructor(parts: {
    readonly sandbox: Sandbox;
    readonly sometimes: Sometimes;
    /** Takes the story down. */
    readonly note: (order: string | null, what: string) => void;
  }) {
    this.#sandbox = parts.sandbox;
    this.#rows = parts.sandbox.save().orders;
    this.#sometimes = parts.sometimes;
    this.#note = parts.note;
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

  newLife(): void {
    this.#toldInThisLife = new Set();
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

  /** One of the last orders that the terminal knows as paid; null while there is none. */
  somePaidOrder(random: { fraction(): number }): string | null {
    const paid = [...this.orders.values()].filter(({ saidPaid }) => saidPaid).slice(-20);
    return paid[Math.floor(random.fraction() * paid.length)]?.number ?? null;
  }

  /** Bytes leave the terminal. */
  sent(request: TransportRequest): void {
    if (request.path === '/cpay/refund' && request.body !== null) this.#refundSent(request.body);
    if (request.path !== '/cpay/micro_pay' || request.body === null) return;
    const { number, code } = payIn(request.body);
    const order = this.seen(number);
    const sale = this.#saleOfCode.get(code) ?? null;
    this.#note(number, `pay to ${request.domain}`);
    if (order.body === null) {
      order.body = request.body;
      order.sale = sale;
      sale?.orders.add(number);
    } else if (order.body !== request.body) {
      this.broken('M2', `order ${number} was sent again with other bytes`, number);
    } else {
      this.#sometimes.count('payment repeated byte by byte');
    }
    if (order.mayBeThere) this.broken('M2', `order ${number} was repeated without a signed denial`, number);
    order.mayBeThere = true;
    order.pays += 1;
  }

  /** M6: a refund number stands for one order and one amount, however often it is sent. */
  #refundSent(body: string): void {
    const { refund_content: content } = contentOf(body) as { refund_content: RefundContent };
    const { out_refund_no: refund, out_trade_no: order, refund_fee: fen } = content;
    this.#note(order, `refund ${refund} of ${fen} fen`);
    this.#sometimes.count('refund sent');
    const meaning = `${order} ${fen}`;
    const before = this.#refunds.get(refund);
    if (before !== undefined) this.#sometimes.count('refund sent again under its number');
    if (before !== undefined && before !== meaning) {
      this.broken('M6', `refund ${refund} was sent as ${before} and as ${meaning}`, order);
    }
    this.#refunds.set(refund, meaning);
  }

  answered(request: TransportRequest, answer: TransportAnswer): void {
    if (request.body === null || answer.kind !== 'answer') return;
    if (request.path !== '/cpay/query_order') return;
    const text = Buffer.from(answer.body).toString('utf8');
    const asked = numberIn(request.body);
    if (asked === null) return;
    const { status, state } = wordsOf(text);
    this.#note(asked, `an answer reaches the terminal: status ${status}, state ${state}`);
    if (text.includes('\\"internal_status\\":400') || text.includes('\\"Internal_status\\":400')) {
      this.seen(asked).mayBeThere = false;
    }
  }

  shown(screen: Screen): void {
    const { order: number } = screen;
    if (number === null || number === '') return;
    switch (screen.name) {
      case 'paid':
        return this.#tellsPaid(number, 'the screen');
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
  speaks({ job, refund }: Announcement): void {
    if (refund !== null) return;
    const number = /^(.+)-(paid|failed|unknown)-voice$/.exec(job);
    if (number?.[1] === undefined) return;
    if (this.#toldInThisLife.has(job)) this.broken('M7', `${job} was told twice in one process life`, number[1]);
    this.#toldInThisLife.add(job);
    if (number[2] === 'paid') this.#tellsPaid(number[1], 'the voice');
    if (number[2] === 'failed') this.#tellsFailed(number[1], 'the voice');
    if (number[2] === 'unknown') this.seen(number[1]).saidUnknown = true;
  }

  /** The sentence has been heard to its end. */
  spoke({ job, sentence, refund }: Announcement): void {
    this.announced.push(job);
    if (refund !== null) return;
    const number = /^(.+)-paid-voice$/.exec(job)?.[1];
    if (number === undefined) return;
    this.seen(number).paidAnnounced += 1;
    if (/断电|power cut/.test(sentence.text)) this.#sometimes.count('told after a power cut');
  }

  printed({ id, slip, order }: PrintJob): void {
    this.#note(order, `slip ${id}`);
    if (this.#printed.has(id)) this.broken('M7', `print job ${id} was printed twice`, order);
    this.#printed.add(id);
    if (slip.kind === 'payment' && order !== null) this.#tellsPaid(order, 'the slip');
  }

  seen(number: string): SeenOrder {
    let order = this.orders.get(number);
    if (order === undefined) {
      const told = { saidPaid: false, saidFailed: false, saidUnknown: false, paidAnnounced: 0 };
      order = { number, sale: null, body: null, pays: 0, mayBeThere: false, ...told };
      this.orders.set(number, order);
    }
    return order;
  }

  broken(rule: string, what: string, order: string | null): void {
    this.violations.push(`${rule}: ${what}`);
    this.#note(order, `BROKEN ${rule}: ${what}`);
  }

  #tellsPaid(number: string, who: string): void {
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

function wordsOf(text: string): { status: string; state: string } {
  const status = /\\"status\\":(\d+)/.exec(text)?.[1] ?? '?';
  return { status, state: /current_trade_state\\":(\d+)/.exec(text)?.[1] ?? '?' };
}

interface RefundContent {
  readonly out_refund_no: string;
  readonly out_trade_no: string;
  readonly refund_fee: number;
}

function payIn(body: string): { number: string; code: string } {
  const content = contentOf(body) as { pay_content: { out_trade_no: string; author_code: string } };
  return { number: content.pay_content.out_trade_no, code: content.pay_content.author_code };
}

function numberIn(body: string): string | null {
  return (contentOf(body) as { out_trade_no?: string }).out_trade_no ?? null;
}

function contentOf(body: string): unknown {
  const { request_content: content } = JSON.parse(body) as { request_content: string };
  return JSON.parse(content);
}

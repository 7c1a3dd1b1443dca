import { owedRefundTellings } from '../../domain/ledger.ts';
import type { RefundIntent, RefundOutcome } from '../../domain/journal-record.ts';
import type { Announcement } from '../../domain/sentence.ts';
import { refundState, type Refund } from '../gateway/refund.ts';
import type { Sandbox } from '../gateway/sandbox.ts';
import { refundIn } from './overheard.ts';
import type { Rarity, Sometimes } from './sometimes.ts';
import { spokenFen } from './spoken-amount.ts';

/** Refund states that a refund never leaves (§4.3). */
const [REFUNDED, FAILED, MANUAL] = [2, 3, 5];

/** The observer's part that watches money going back (M6, M7). */
export class RefundTruth {
  readonly #sandbox: Sandbox;
  readonly #sometimes: Sometimes;
  readonly #note: (order: string | null, what: string) => void;
  readonly #broken: (rule: string, what: string, order: string | null) => void;
  readonly #rows: readonly Refund[];
  readonly #nowMs: () => number;
  /** Refund number → order and amount, and when it was first sent. */
  readonly #sent = new Map<string, { readonly order: string; readonly refundFen: number; readonly atMs: number }>();
  /** How often the cashier confirmed a refund of an order. */
  readonly #asked = new Map<string, number>();
  readonly #heard = new Set<string>();

  constructor(parts: {
    readonly sandbox: Sandbox;
    readonly nowMs: () => number;
    readonly sometimes: Sometimes;
    readonly note: (order: string | null, what: string) => void;
    readonly broken: (rule: string, what: string, order: string | null) => void;
  }) {
    this.#sandbox = parts.sandbox;
    this.#nowMs = parts.nowMs;
    this.#sometimes = parts.sometimes;
    this.#note = parts.note;
    this.#broken = parts.broken;
    this.#rows = parts.sandbox.save().refunds;
  }

  /** The cashier wants to give back some of this order, once. */
  asked(order: string): void {
    this.#asked.set(order, (this.#asked.get(order) ?? 0) + 1);
  }

  /** Bytes leave the terminal: a refund number stands for one order and one amount, and for one wish of the cashier. */
  sent(body: string): void {
    const { refund, order, refundFen } = refundIn(body);
    this.#note(order, `refund ${refund} of ${refundFen} fen`);
    this.#sometimes.count('refund sent');
    const before = this.#sent.get(refund);
    if (before !== undefined) this.#sometimes.count('refund sent again under its number');
    if (before !== undefined && (before.order !== order || before.refundFen !== refundFen)) {
      this.#broken('M6', `refund ${refund} was sent with two meanings`, order);
    }
    this.#sent.set(refund, { order, refundFen, atMs: before?.atMs ?? this.#nowMs() });
    const numbers = [...this.#sent.values()].filter((other) => other.order === order).length;
    const asked = this.#asked.get(order) ?? 0;
    // Hands that nobody counts, as in random sessions, may ask as often as they like.
    if (this.#asked.size > 0 && numbers > asked)
      this.#broken('M6', `${numbers} refunds of order ${order} were sent, ${asked} asked for`, order);
  }

  /** The sentence has begun. */
  speaks({ job, refund, order, sentence }: Announcement): void {
    const said = /-(accepted|refunded|failed|manual)-voice$/.exec(job)?.[1];
    if (refund === null || said === undefined) return;
    const row = this.#rows.find(({ number }) => number === refund);
    const state = row === undefined ? null : refundState(row, this.#sandbox.nowMs());
    this.#note(order, `the voice says that refund ${refund} is ${said}`);
    const isTrue =
      said === 'failed'
        ? state === null || state === FAILED || state === MANUAL
        : said === 'accepted'
          ? state !== null
          : state === (said === 'refunded' ? REFUNDED : MANUAL);
    if (!isTrue)
      this.#broken('M4', `the voice says that refund ${refund} is ${said}, and its state is ${state}`, order);
    const refundFen = row?.refundFen;
    if (refundFen !== undefined && spokenFen(sentence.clips) !== refundFen)
      this.#broken('M4', `the voice says ${spokenFen(sentence.clips)} fen of refund ${refund} of ${refundFen}`, order);
  }

  /** The sentence has been heard to its end. */
  heard(job: string): void {
    this.#heard.add(job);
  }

  /**
   * M6, M7: when all has come to its end, the journal's refunds are the gateway's, and their end was heard.
   * @param mayBeGone whether what was sent then may have left the journal since
   */
  judge(refunds: ReadonlyMap<string, EndedRefund>, mayBeGone: (sentMs: number) => boolean): void {
    const givenBackFen = new Map<string, number>();
    for (const [number, refund] of refunds) {
      this.#judgeOne(number, refund);
      const { intent, outcome } = refund;
      if (outcome !== 'refunded') continue;
      const sum = (givenBackFen.get(intent.order) ?? 0) + intent.refundFen;
      if (sum > intent.refundFen) this.#sometimes.count('second refund of an order');
      givenBackFen.set(intent.order, sum);
      if (sum > intent.orderFen)
        this.#broken('M6', `order ${intent.order} gave back ${sum} of ${intent.orderFen} fen`, intent.order);
    }
    for (const { number, order } of this.#rows) {
      if (refunds.has(number)) continue;
      if (!mayBeGone(this.#sent.get(number)?.atMs ?? Infinity))
        this.#broken('M1', `refund ${number} is not in the journal`, order);
    }
  }

  #judgeOne(number: string, { intent, outcome }: EndedRefund): void {
    const row = this.#rows.find((one) => one.number === number);
    const state = row === undefined ? 'none' : END_OF_REFUND[refundState(row, this.#sandbox.nowMs())];
    const said = outcome ?? 'no end';
    const agrees = state === 'none' ? said === 'rejected' || said === 'not-sent' : said === state;
    if (!agrees)
      this.#broken('M6', `refund ${number} is ${said} in the journal and ${state ?? '?'} in the book`, intent.order);
    if (outcome !== null && !this.#heard.has(owedRefundTellings(number, outcome).voice))
      this.#broken('M7', `refund ${number} is ${outcome} and that was never announced`, intent.order);
    const counted = outcome === null ? undefined : COUNTED_AS[outcome];
    if (counted !== undefined) this.#sometimes.count(counted);
  }
}

/** A refund as the journal holds it when all is over. */
interface EndedRefund {
  readonly intent: RefundIntent;
  readonly outcome: RefundOutcome | null;
}

const COUNTED_AS: Readonly<Partial<Record<RefundOutcome, Rarity>>> = {
  refunded: 'refunded',
  rejected: 'refund refused',
  failed: 'refund failed after it was accepted',
  manual: 'refund failed after it was accepted',
};

/** The states in which a refund stays (§4.3). */
const END_OF_REFUND: Readonly<Record<number, RefundOutcome>> = { 2: 'refunded', 3: 'failed', 5: 'manual' };

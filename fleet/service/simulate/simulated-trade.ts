import type { Random } from '../../../hal/random/contract.ts';
import type { FleetEvent } from '../../contract/events.ts';
import { LATENCY_BOUNDS_MS, type PhaseHistogram, type Telemetry } from '../../contract/telemetry.ts';
import type { TransitionRecord } from '../../contract/snapshot.ts';

/** Transitions kept for a snapshot, as a terminal keeps its last ones. */
const TRANSITIONS_KEPT = 200;
const AMOUNT_FEN_MAX = 20_000;
const WINDOW_MS = 120_000;
/** Of a thousand payments. */
const UNKNOWN_PER_MILLE = 4;
const PASSWORD_PER_MILLE = 120;

type Fact = Pick<FleetEvent, 'type' | 'd'>;

/** What one step of the trade brings: facts for the journal, and how long until the next step. */
export interface TradeStep {
  readonly facts: readonly Fact[];
  readonly transitions: readonly TransitionRecord[];
  readonly nextMs: number;
}

interface Running {
  readonly order: string;
  readonly amountFen: number;
  readonly platform: 'wechat' | 'alipay';
  readonly startedMs: number;
  /** Steps still to come, as states of the payment's chart. */
  path: string[];
}

/** The payments of a make-believe cashier: the states and facts of the real charts and journal, without money or gateway. */
export class SimulatedTrade {
  readonly #random: Random;
  readonly #prefix: string;
  readonly #pauseMs: number;
  readonly #transitions: TransitionRecord[] = [];
  readonly #counts = new Map<string, number>();
  readonly #phases = new Map<string, { n: number; sum: number; le: number[] }>();
  #orders = 0;
  #n = 0;
  #running: Running | null = null;
  #cashier: unknown = 'idle';

  /** @param pauseMs between two customers, on average */
  constructor(random: Random, prefix: string, pauseMs: number) {
    this.#random = random;
    this.#prefix = prefix;
    this.#pauseMs = pauseMs;
  }

  /** The live states by actor id, as a snapshot names them. */
  actors(): Record<string, { machine: string; state: unknown; context: unknown }> {
    const running = this.#running;
    const state = running === null ? null : stateOf(running.path[0] ?? 'settled');
    return {
      terminal: { machine: 'terminal', state: TERMINAL_STATE, context: { booted: true } },
      cashier: { machine: 'cashier', state: this.#cashier, context: { staffId: '1001' } },
      ...(running !== null && {
        'payment.1': {
          machine: 'payment',
          state,
          context: { order: running.order, amountFen: running.amountFen, platform: running.platform },
        },
      }),
    };
  }

  transitions(): TransitionRecord[] {
    return [...this.#transitions];
  }

  get openOrders(): string[] {
    return this.#running === null ? [] : [this.#running.order];
  }

  counts(): Pick<Telemetry, 'cnt' | 'ph'> {
    const ph: Record<string, PhaseHistogram> = {};
    for (const [phase, { n, sum, le }] of this.#phases) ph[phase] = { n, sum, le };
    return { cnt: Object.fromEntries(this.#counts), ph };
  }

  /** Goes one step on. */
  step(nowMs: number): TradeStep {
    return this.#running === null ? this.#begin(nowMs) : this.#goOn(this.#running, nowMs);
  }

  #begin(nowMs: number): TradeStep {
    this.#orders += 1;
    const platform = this.#random.fraction() < 0.6 ? 'wechat' : 'alipay';
    const amountFen = 1 + Math.floor(this.#random.fraction() * AMOUNT_FEN_MAX);
    const order = `${this.#prefix}${String(this.#orders).padStart(8, '0')}`;
    const needsPassword = this.#random.fraction() * 1000 < PASSWORD_PER_MILLE;
    const path = [
      'recording',
      'submitting',
      ...(needsPassword ? ['passwordEntry', 'querying'] : []),
      'recordingResult',
    ];
    this.#running = { order, amountFen, platform, startedMs: nowMs, path };
    this.#cashier = 'following';
    const d = { order, amountFen, platform, staffId: '1001', windowEndsAtMs: nowMs + WINDOW_MS };
    return {
      facts: [{ type: 'ORDER_INTENT', d }],
      transitions: [
        this.#moved(nowMs, { a: 'cashier', m: 'cashier', ev: 'code.scanned', st: this.#cashier }),
        this.#moved(nowMs, { a: 'payment.1', m: 'payment', ev: 'xstate.init', st: 'recording' }),
      ],
      nextMs: this.#between(5, 30),
    };
  }

  #goOn(running: Running, nowMs: number): TradeStep {
    const left = running.path.shift();
    const next = running.path[0];
    if (next !== undefined) {
      if (left === 'submitting') this.#measure('pay', this.#between(120, 900));
      const ev = left === 'passwordEntry' ? 'xstate.after.pollDelay.payment' : `xstate.done.actor.${left}`;
      const transition = this.#moved(nowMs, { a: 'payment.1', m: 'payment', ev, st: stateOf(next) });
      return {
        facts: [],
        transitions: [transition],
        nextMs: next === 'passwordEntry' ? 3_000 : this.#between(80, 900),
      };
    }
    const { order, platform, startedMs } = running;
    const outcome = this.#random.fraction() * 1000 < UNKNOWN_PER_MILLE ? 'unknown' : 'paid';
    this.#count(`${platform}.${outcome}`);
    this.#measure('result', nowMs - startedMs);
    this.#measure('voice', this.#between(3, 15));
    this.#running = null;
    this.#cashier = { result: outcome };
    const d = { order, outcome, reason: 'simulated', paidAtMs: outcome === 'paid' ? nowMs : null, late: false };
    return {
      facts: [
        { type: 'ORDER_RESULT', d },
        { type: 'TOLD', d: { channel: 'voice', order, refund: null } },
      ],
      transitions: [
        this.#moved(nowMs, { a: 'payment.1', m: 'payment', ev: 'xstate.done.actor.recordResult', st: null }),
        this.#moved(nowMs, { a: 'cashier', m: 'cashier', ev: 'payment.settled', st: this.#cashier }),
      ],
      nextMs: this.#pauseMs * 2 * this.#random.fraction(),
    };
  }

  #moved(t: number, record: Omit<TransitionRecord, 'n' | 't'>): TransitionRecord {
    this.#n += 1;
    const transition = { ...record, n: this.#n, t } as TransitionRecord;
    this.#transitions.push(transition);
    if (this.#transitions.length > TRANSITIONS_KEPT) this.#transitions.shift();
    return transition;
  }

  #between(leastMs: number, mostMs: number): number {
    return Math.round(leastMs + (mostMs - leastMs) * this.#random.fraction() ** 3);
  }

  #count(key: string): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  #measure(phase: string, ms: number): void {
    const place = LATENCY_BOUNDS_MS.findIndex((bound) => ms <= bound);
    const empty = { n: 0, sum: 0, le: Array.from({ length: LATENCY_BOUNDS_MS.length + 1 }, () => 0) };
    const histogram = this.#phases.get(phase) ?? empty;
    this.#phases.set(phase, histogram);
    histogram.n += 1;
    histogram.sum += Math.round(ms);
    const index = place < 0 ? LATENCY_BOUNDS_MS.length : place;
    histogram.le[index] = (histogram.le[index] ?? 0) + 1;
  }
}

/** The regions of a terminal that sells. */
const TERMINAL_STATE = {
  running: {
    ...{ cashier: 'running', connectivity: 'running', voice: 'running', paper: 'running', storage: 'open' },
    ...{ trade: 'selling', orders: 'running', refunds: 'running', desk: {}, fleet: 'running' },
  },
};

const IN_WINDOW: readonly string[] = ['submitting', 'passwordEntry', 'querying'];

function stateOf(step: string): unknown {
  return IN_WINDOW.includes(step) ? { inWindow: step } : step;
}

import type { Random } from '../../../hal/random/contract.ts';
import type { Telemetry } from '../../contract/telemetry.ts';

/** Boxes of make-believe: what a terminal runs on. */
const MODELS = ['sim-desk', 'sim-desk', 'sim-desk', 'sim-handheld', 'sim-kiosk'] as const;
const DOMAINS = ['pay', 'sz.pay', 'sh.pay', 'tj.pay'];
/** At each telemetry, so that a fleet of fifty has one or two of them at a time. */
const PAPER_ENDS = 0.002;
const PAPER_IS_PUT_IN = 0.08;
const DOMAIN_FALLS = 0.002;
const DOMAIN_IS_BACK = 0.2;
const MEGABYTE = 1_048_576;

/** The box of a simulated terminal: its devices stay as they are until something happens to them. */
export class SimulatedBox {
  readonly model: string;
  readonly #random: Random;
  readonly #rss: number;
  readonly #signal: number;
  readonly #silent = new Set<number>();
  #hasPaper = true;

  constructor(random: Random, tid: string) {
    this.#random = random;
    const sum = [...tid].reduce((all, letter) => (all * 31 + letter.charCodeAt(0)) % 9973, 7);
    this.model = MODELS[sum % MODELS.length] ?? MODELS[0];
    this.#rss = 40 + 10 * random.fraction();
    this.#signal = 45 + 50 * random.fraction();
  }

  /** Some time goes by. */
  pass(): void {
    const chance = this.#random.fraction();
    this.#hasPaper = this.#hasPaper ? chance >= PAPER_ENDS : chance < PAPER_IS_PUT_IN;
    for (const index of DOMAINS.keys()) {
      const luck = this.#random.fraction();
      if (this.#silent.has(index)) luck < DOMAIN_IS_BACK && this.#silent.delete(index);
      else if (luck < DOMAIN_FALLS) this.#silent.add(index);
    }
  }

  /** What it measures now. */
  reading(): Pick<Telemetry, 'mem' | 'lag' | 'sig' | 'cfgd' | 'sto' | 'prn' | 'dom'> {
    const near = (middle: number, share: number): number =>
      Math.round(middle * (1 + share * (2 * this.#random.fraction() - 1)));
    const chosen = DOMAINS.findIndex((_, index) => !this.#silent.has(index));
    return {
      mem: { rss: near(this.#rss * MEGABYTE, 0.05), heap: near(14 * MEGABYTE, 0.15) },
      lag: { p50: 1, p99: near(11, 0.8), max: near(40, 0.6) },
      ...{ sig: Math.min(100, near(this.#signal, 0.08)), cfgd: true, sto: 'ok' },
      prn: this.#hasPaper ? 'ok' : 'out-of-paper',
      dom: DOMAINS.map((name, index) => {
        return { d: `${name}.qcloud.com`, up: !this.#silent.has(index), ms: near(60, 0.6), sel: index === chosen };
      }),
    };
  }
}

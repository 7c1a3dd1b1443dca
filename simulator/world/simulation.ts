import { createHash } from 'node:crypto';
import { ROUGH, type FaultRates } from './fault-rates.ts';
import { ShopPool } from './shop-pool.ts';
import { Sometimes, type Rarity } from './sometimes.ts';
import { runWorld, type Begun, type WorldOptions, type WorldReport } from './world.ts';

/** Payments of one shop; every fortieth shop is a big one, whose segments have the usual size: its journal grows into the next one too. */
const SHOP_PAYMENTS = 100;
const BIG_SHOP_PAYMENTS = 1300;
const BIG_SHOP_EVERY = 40;
const BIG_SHOP_FIRST = 9;
const BIG_SHOP_SEGMENT_KILOBYTES = 1024;
/** So many shops are begun before their turn, so that no thread waits for the big one. */
const SHOPS_AHEAD = 24;
/** In a long life of two-minute lives denials never hold long enough, and most of its requests would ask for old orders. */
const BIG_SHOP_POWER_CUTS = 0.25;

/** How much is simulated, from which seed, and how rough it gets. */
export interface SimulationOptions {
  readonly seed: string;
  /** Orders to be begun in all shops together. */
  readonly payments: number;
  /** Only this shop (0, 1, …), to look at what broke there. */
  readonly shop?: number | null;
  readonly rates?: FaultRates;
  /** Threads that shops are lived in; 1: all in this one. The lives, and the hash, are the same. */
  readonly jobs?: number;
  /** Told now and then how many orders were begun so far, those of shops that are not over included. */
  readonly onProgress?: (payments: number) => void;
  /** Aborted: the running shop is the last one. */
  readonly signal?: AbortSignal;
}

/** What a simulation came to. */
export interface SimulationReport {
  readonly shops: number;
  readonly payments: number;
  /** Process lives of all terminals. */
  readonly lives: number;
  /** Virtual time of all shops together. */
  readonly virtualMs: number;
  readonly sometimes: Sometimes;
  /** What a run of this size should have met and did not; empty when only one shop ran. */
  readonly missing: readonly Rarity[];
  /** The shop in which a money rule was broken; nothing runs after it. */
  readonly broken: (WorldReport & { readonly shop: number }) | null;
  /** One seed and size, one hash. */
  readonly hash: string;
}

/** Shop after shop, each a world of its own with a seed of its own, until so many payments were begun or a rule is broken. */
export async function simulate(options: SimulationOptions): Promise<SimulationReport> {
  const { payments, shop: only = null, signal, jobs = 1 } = options;
  const hash = createHash('sha256');
  const sometimes = new Sometimes();
  const sum = { shops: 0, payments: 0, lives: 0, virtualMs: 0 };
  let broken: SimulationReport['broken'] = null;
  const report = (): SimulationReport => ({
    ...sum,
    sometimes,
    missing: only === null && broken === null ? sometimes.missing(sum.payments) : [],
    broken,
    hash: hash.copy().digest('hex'),
  });
  let told = 0;
  // A shop that was begun ahead with more payments than are left is lived again: then there are fewer for a moment.
  const tell = (begun: number): void => {
    if (begun > told) options.onProgress?.((told = begun));
  };
  const pool = jobs > 1 && only === null ? new ShopPool(jobs) : null;
  const shops = new Shops(options, pool);
  try {
    for (let shop = only ?? 0; sum.payments < payments && broken === null && signal?.aborted !== true; shop += 1) {
      const { payments: over } = sum;
      shops.onBegun = (underWay) => tell(over + underWay);
      const world = await shops.report(shop, only === null ? payments - over : Number.POSITIVE_INFINITY);
      sum.shops += 1;
      sum.payments += world.payments;
      sum.lives += world.lives;
      sum.virtualMs += world.virtualMs;
      sometimes.add(world.sometimes);
      hash.update(world.hash);
      if (world.violations.length > 0) broken = { ...world, shop };
      if (only !== null) break;
    }
  } finally {
    await pool?.end();
  }
  return report();
}

/** The shops of one run, lived one by one here, or ahead of their turn in other threads. */
class Shops {
  readonly #options: SimulationOptions;
  readonly #pool: ShopPool | null;
  /** Orders begun in shops that are under way. */
  readonly #begun = new Map<number, number>();
  onBegun: Begun = () => undefined;
  readonly #ahead = new Map<number, { readonly payments: number; readonly report: Promise<WorldReport> }>();

  constructor(options: SimulationOptions, pool: ShopPool | null) {
    this.#options = options;
    this.#pool = pool;
  }

  /** What became of this shop, when so many payments of the run are left. */
  async report(shop: number, left: number): Promise<WorldReport> {
    const world = worldOf(this.#options, shop, left);
    if (this.#pool === null) return this.#over(shop, runWorld(world, this.#hears(shop)));
    this.#liveAhead(this.#pool, shop, left);
    const ahead = this.#ahead.get(shop);
    this.#ahead.delete(shop);
    // A shop may begin an order more than it was asked for; then the last one has less to do than was foreseen.
    const report = ahead?.payments === world.payments ? ahead.report : this.#pool.run(world, this.#hears(shop));
    return this.#over(shop, report);
  }

  #hears(shop: number): Begun {
    return (orders) => {
      this.#begun.set(shop, orders);
      this.onBegun([...this.#begun.values()].reduce((sum, begun) => sum + begun, 0));
    };
  }

  async #over(shop: number, report: Promise<WorldReport>): Promise<WorldReport> {
    try {
      return await report;
    } finally {
      this.#begun.delete(shop);
    }
  }

  #liveAhead(pool: ShopPool, shop: number, left: number): void {
    let foreseen = left;
    for (let next = shop; next < shop + SHOPS_AHEAD && foreseen > 0; next += 1) {
      const world = worldOf(this.#options, next, foreseen);
      foreseen -= world.payments;
      if (this.#ahead.has(next)) continue;
      const report = pool.run(world, this.#hears(next));
      // One that nobody waits for any more may fail unheard.
      report.catch(() => undefined);
      this.#ahead.set(next, { payments: world.payments, report });
    }
  }
}

function worldOf({ seed, rates = ROUGH }: SimulationOptions, shop: number, left: number): WorldOptions {
  const isBig = shop % BIG_SHOP_EVERY === BIG_SHOP_FIRST;
  return {
    seed: `${seed}/${shop}`,
    payments: Math.min(isBig ? BIG_SHOP_PAYMENTS : SHOP_PAYMENTS, left),
    rates: isBig ? { ...rates, powerCut: rates.powerCut * BIG_SHOP_POWER_CUTS } : rates,
    ...(isBig && { segmentKilobytes: BIG_SHOP_SEGMENT_KILOBYTES }),
  };
}

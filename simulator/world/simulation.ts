import { createHash } from 'node:crypto';
import { ROUGH, type FaultRates } from './fault-rates.ts';
import { Sometimes, type Rarity } from './sometimes.ts';
import { runWorld, type WorldReport } from './world.ts';

/** Payments of one shop; every fortieth shop is a big one, whose journal grows into its next segment. */
const SHOP_PAYMENTS = 100;
const BIG_SHOP_PAYMENTS = 1300;
const BIG_SHOP_EVERY = 40;
const BIG_SHOP_FIRST = 9;
/** In a long life of two-minute lives denials never hold long enough, and most of its requests would ask for old orders. */
const BIG_SHOP_POWER_CUTS = 0.25;

export interface SimulationOptions {
  readonly seed: string;
  /** Orders to be begun in all shops together. */
  readonly payments: number;
  /** Only this shop (0, 1, …), to look at what broke there. */
  readonly shop?: number | null;
  readonly rates?: FaultRates;
  /** Told after every shop. */
  readonly onShop?: (soFar: SimulationReport) => void;
  /** Aborted: the running shop is the last one. */
  readonly signal?: AbortSignal;
}

export interface SimulationReport {
  readonly shops: number;
  readonly payments: number;
  /** Process lives of all terminals. */
  readonly lives: number;
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
  const { seed, payments, shop: only = null, signal } = options;
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
  for (let shop = only ?? 0; sum.payments < payments && broken === null && signal?.aborted !== true; shop += 1) {
    const isBig = shop % BIG_SHOP_EVERY === BIG_SHOP_FIRST;
    const size = isBig ? BIG_SHOP_PAYMENTS : SHOP_PAYMENTS;
    const wanted = only === null ? Math.min(size, payments - sum.payments) : size;
    const rates = options.rates ?? ROUGH;
    const world = await runWorld({
      seed: `${seed}/${shop}`,
      payments: wanted,
      rates: isBig ? { ...rates, powerCut: rates.powerCut * BIG_SHOP_POWER_CUTS } : rates,
    });
    sum.shops += 1;
    sum.payments += world.payments;
    sum.lives += world.lives;
    sum.virtualMs += world.virtualMs;
    sometimes.add(world.sometimes);
    hash.update(world.hash);
    if (world.violations.length > 0) broken = { ...world, shop };
    options.onShop?.(report());
    if (only !== null) break;
  }
  return report();
}

import type { AnyActorRef } from 'xstate';
import { SeededRandom } from '../../hal/random/seeded-random.ts';
import { placesBelow, placesOf, watchCharts, type Place } from './chart-places.ts';
import { putInOrder } from './journeys/journeys.ts';
import { PLAIN_REFUND, REFUNDS } from './journeys/refunds.ts';
import { PLAIN_SALE, SALES } from './journeys/sales.ts';
import { Interrupted, Walk, type Journey } from './journeys/walk.ts';
import { MemoryReleases } from './memory-releases.ts';
import { SupervisedShop, type UnpluggedPart } from './supervised-shop.ts';

export const UNPLUGGED_PARTS: readonly UnpluggedPart[] = ['printer', 'scanner', 'speaker', 'wifi'];

const JOURNEYS: readonly Journey[] = [...SALES, ...REFUNDS];
/** What the cashier reads below every screen, or in the status of the idle one. */
const WORDS: Readonly<Record<UnpluggedPart, string>> = {
  printer: '打印机未连接',
  scanner: '扫码器未连接',
  speaker: '喇叭不可用',
  wifi: 'WiFi不可用',
};
const TRIES = 4;
const MINUTE_MS = 60_000;
/** Within a payment's window, and beyond it. */
const AWAY_MS = [5000, 20_000, 150_000];
const CASES_A_SHOP = 26;

export interface UnplugOutcome {
  /** Every state of a payment and of a refund with each part that was unplugged in it. */
  readonly cases: readonly { readonly part: UnpluggedPart; readonly place: Place; readonly screen: string }[];
  /** In words; empty when nothing was lost, the cashier was told and the work went on. */
  readonly broken: readonly string[];
  readonly story: readonly string[];
}

/**
 * Unplugs each part in every state that a payment and a refund can stand in, and puts it back a while later. The cashier must read which
 * part is missing, and must read no more of it when it is back; the process must live on, everything must come to its end, and the next
 * sale or refund must work.
 */
export async function runUnplugging(seed: number): Promise<UnplugOutcome> {
  const run = new UnplugRun(seed);
  const unwatch = watchCharts((actor) => run.stands(actor));
  try {
    return await run.run();
  } finally {
    unwatch();
  }
}

class UnplugRun {
  readonly #seed: number;
  readonly #random: SeededRandom;
  readonly #releases = MemoryReleases.make('1.0.0');
  readonly #ways = new Map<Place, Set<Journey>>();
  readonly #cases: { part: UnpluggedPart; place: Place; screen: string }[] = [];
  readonly #broken: string[] = [];
  #story: readonly string[] = [];
  #shop: SupervisedShop | null = null;
  #shops = 0;
  #scouting: Journey | null = null;
  #armed: { readonly part: UnpluggedPart; readonly place: Place } | null = null;
  #isUnplugged = false;

  constructor(seed: number) {
    this.#seed = seed;
    this.#random = new SeededRandom(`unplug ${seed}`);
  }

  async run(): Promise<UnplugOutcome> {
    await this.#openShop();
    const places = this.#at.roots
      .flatMap((root) => placesBelow((root as unknown as { logic: unknown }).logic))
      .filter((place) => /^(payment|refund) /.test(place));
    for (const journey of JOURNEYS) {
      this.#scouting = journey;
      await this.#walk(journey, `"${journey.name}", undisturbed`);
    }
    this.#scouting = null;
    for (const place of places) if (!this.#ways.has(place)) this.#breaks(`no journey comes by ${place}`);
    for (const part of UNPLUGGED_PARTS) {
      for (const place of places) {
        if (this.#broken.length > 0) break;
        if (this.#cases.length % CASES_A_SHOP === 0) await this.#nextShop();
        await this.#unplugAt(part, place);
      }
    }
    await this.#closeShop();
    return { cases: this.#cases, broken: this.#broken, story: this.#story };
  }

  /** A chart has come to stand somewhere. */
  stands(actor: AnyActorRef): void {
    const shop = this.#shop;
    const places = placesOf(actor);
    if (shop === null || places.length === 0) return;
    if (actor._parent === undefined && !shop.roots.includes(actor)) shop.roots.push(actor);
    if (this.#scouting !== null) for (const place of places) this.#addWay(place, this.#scouting);
    const armed = this.#armed;
    if (armed === null || this.#isUnplugged || !places.includes(armed.place)) return;
    this.#isUnplugged = true;
    shop.plug(armed.part, false);
  }

  async #unplugAt(part: UnpluggedPart, place: Place): Promise<void> {
    const ways = [...(this.#ways.get(place) ?? [])];
    for (let attempt = 0; attempt < TRIES && this.#broken.length === 0; attempt += 1) {
      const journey = ways[this.#upTo(ways.length)];
      if (journey === undefined) break;
      this.#armed = { part, place };
      await this.#walk(journey, `${part} unplugged in ${place}`);
      this.#armed = null;
      if (!this.#isUnplugged) continue;
      await this.#isTold(part, place);
      await this.#isBack(part, place);
      this.#isUnplugged = false;
      const next = place.startsWith('refund') ? PLAIN_REFUND : PLAIN_SALE;
      if (this.#broken.length === 0) await this.#walk(next, `"${next.name}" after the ${part} in ${place}`);
      return;
    }
    this.#breaks(`${place} was not met again`);
  }

  /** What is missing stands on the screen: at once, or with the first sentence that cannot be said. */
  async #isTold(part: UnpluggedPart, place: Place): Promise<void> {
    const shop = this.#at;
    const reads = (): boolean => shop.screen?.lines.join('\n').includes(WORDS[part]) === true;
    const away = AWAY_MS[this.#upTo(AWAY_MS.length)] ?? 0;
    let told = await shop.until(reads, part === 'speaker' ? 10_000 : 0);
    if (!told && part === 'speaker') {
      // Nothing is to be said just now: the next sale begins with a sentence, where the disk takes one.
      shop.disk.heal();
      await shop.pass(6000);
      for (let press = 0; press < 4 && !shop.isHome; press += 1) shop.press('cancel');
      shop.press('1', 'enter');
      told = await shop.until(reads, 10_000);
    }
    if (!told) this.#breaks(`${part} unplugged in ${place}: the screen says ${shop.screen?.lines.join(' / ') ?? ''}`);
    this.#cases.push({ part, place, screen: shop.screen?.name ?? '' });
    await shop.pass(away);
  }

  async #isBack(part: UnpluggedPart, place: Place): Promise<void> {
    const shop = this.#at;
    const { lives } = shop;
    shop.plug(part, true);
    // What was under way when the journey was left has had its troubles too: they end with it.
    shop.heal();
    await this.#tidied(`the ${part} in ${place}`);
    await shop.pass(MINUTE_MS);
    if (shop.lives !== lives) this.#breaks(`${part} unplugged in ${place}: the process ended`);
    if (shop.openItems > 0) this.#breaks(`${part} unplugged in ${place}: an order or refund stays open`);
    const waiting = shop.charts().find(({ machine }) => machine === 'printSpooler')?.state;
    if (waiting !== 'idle') this.#breaks(`${part} unplugged in ${place}: slips still wait (${String(waiting)})`);
  }

  async #walk(journey: Journey, what: string): Promise<void> {
    const shop = this.#at;
    shop.note(`WALK ${what}`);
    const walk = new Walk(shop, { isKilled: () => this.#isUnplugged, crash: () => undefined });
    try {
      await walk.home();
      await journey.walk(walk);
    } catch (error) {
      if (!(error instanceof Interrupted)) this.#breaks(`${what}: ${String(error)}`);
    }
    if (this.#isUnplugged || this.#broken.length > 0) return;
    shop.heal();
    await this.#tidied(what);
    // The last sentence shows whether there is a loudspeaker when it has been heard.
    await shop.pass(8000);
    const words = shop.screen?.lines.join('\n') ?? '';
    for (const part of UNPLUGGED_PARTS) {
      if (words.includes(WORDS[part])) this.#breaks(`${what}: the screen still says ${WORDS[part]}`);
    }
    for (const rule of shop.truth.violations) this.#breaks(`${what}: ${rule}`);
    for (const crash of shop.crashes) this.#breaks(`${what}: the process ended: ${crash.slice(0, 300)}`);
  }

  async #tidied(what: string): Promise<void> {
    try {
      await putInOrder(new Walk(this.#at, { isKilled: () => false, crash: () => undefined }));
    } catch (error) {
      this.#breaks(`after ${what}: ${String(error)}`);
    }
  }

  async #nextShop(): Promise<void> {
    await this.#closeShop();
    await this.#openShop();
  }

  async #openShop(): Promise<void> {
    this.#shops += 1;
    this.#shop = new SupervisedShop(`unplug ${this.#seed}/${this.#shops}`, this.#releases);
    await this.#shop.open();
  }

  async #closeShop(): Promise<void> {
    if (this.#broken.length > 0) return;
    for (const rule of await this.#at.close()) this.#breaks(`at its end: ${rule}`);
  }

  #addWay(place: Place, journey: Journey): void {
    this.#ways.set(place, (this.#ways.get(place) ?? new Set()).add(journey));
  }

  #breaks(what: string): void {
    if (this.#broken.length === 0) this.#story = this.#at.story.slice(-80);
    this.#broken.push(what);
  }

  get #at(): SupervisedShop {
    if (this.#shop === null) throw new Error('no shop is open');
    return this.#shop;
  }

  #upTo(limit: number): number {
    return Math.floor(this.#random.fraction() * limit);
  }
}

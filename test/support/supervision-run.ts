import type { AnyActorRef } from 'xstate';
import { SeededRandom } from '../../hal/random/seeded-random.ts';
import { crash, placesBelow, placesOf, watchCharts, type Place } from './chart-places.ts';
import { JOURNEYS, PLAIN_SALE, putInOrder } from './journeys/journeys.ts';
import { Interrupted, Walk, type Journey } from './journeys/walk.ts';
import { MemoryReleases } from './memory-releases.ts';
import { SupervisedShop } from './supervised-shop.ts';

const MINUTE_MS = 60_000;
/** The longest pause before a crashed chart runs again is a minute; then it is also forgotten. */
const RECOVERY_MS = 75_000;
/** Three ended lives within ten minutes would make the next one query-only: it must not come to that by itself. */
const AFTER_PROCESS_END_MS = 6 * MINUTE_MS;
/** Kills until a shop closes and its whole life is judged. */
const KILLS_A_SHOP = 40;
/** The first kills in a place are followed by the whole journey once more, later ones now and then; the others by a sale. */
const [WHOLE_FIRST, WHOLE_EVERY] = [3, 10];
const TRIES = 8;
/** The most events between the entry of a state and the kill in it. */
const DELAY_MAX = 6;
const ROOT = 'terminal';

export interface SupervisionOutcome {
  /** How often each chart was killed in each of its states: `payment inWindow.querying` → 100. */
  readonly kills: Readonly<Record<Place, number>>;
  /** In words; empty when every place was reached, every rule kept and every chart came back. */
  readonly broken: readonly string[];
  /** What happened before the first of them. */
  readonly story: readonly string[];
  readonly shops: number;
  readonly sales: number;
  readonly refunds: number;
  readonly virtualHours: number;
}

export interface SupervisionOptions {
  readonly seed: number;
  /** Kills in each place. */
  readonly times: number;
  /** Only these places; absent: all. */
  readonly where?: (place: Place) => boolean;
  readonly onProgress?: (kills: number, of: number) => void;
}

/**
 * Kills every chart that the terminal can start in every state that it can stand in. Which there are is read from the running actors; a
 * place that no journey comes by is a failure. After each kill the charts must be back without a new process (the root's own crash ends
 * it), and the journey that was interrupted, or at least a sale, must be walked to its end.
 */
export async function runSupervision(options: SupervisionOptions): Promise<SupervisionOutcome> {
  const run = new SupervisionRun(options);
  const unwatch = watchCharts((actor) => run.stands(actor));
  try {
    return await run.run();
  } finally {
    unwatch();
  }
}

class SupervisionRun {
  readonly #options: SupervisionOptions;
  readonly #random: SeededRandom;
  readonly #releases = MemoryReleases.make('1.0.0');
  readonly #kills = new Map<Place, number>();
  readonly #ways = new Map<Place, Set<Journey>>();
  readonly #broken: string[] = [];
  #story: readonly string[] = [];
  #shop: SupervisedShop | null = null;
  #shops = 0;
  #killsInShop = 0;
  #processEnds = 0;
  #sums = { sales: 0, refunds: 0, hours: 0 };
  /** What is to be killed, and after how many events. */
  #target: { readonly place: Place; delay: number; waiting: AnyActorRef | null } | null = null;
  #isKilled = false;
  #scouting: Journey | null = null;

  constructor(options: SupervisionOptions) {
    this.#options = options;
    this.#random = new SeededRandom(`supervision ${options.seed}`);
  }

  async run(): Promise<SupervisionOutcome> {
    const { times, where = () => true, onProgress } = this.#options;
    await this.#openShop();
    const places = this.#at.roots.flatMap((root) => placesBelow((root as unknown as { logic: unknown }).logic));
    await this.#scout();
    for (const place of places.filter((one) => !this.#ways.has(one))) this.#breaks(`no journey comes by ${place}`);
    const wanted = places.filter((place) => where(place) && this.#ways.has(place));
    for (let time = 1; time <= times; time += 1) {
      for (const place of this.#shuffled(wanted)) {
        if (this.#broken.length > 0) return this.#outcome(places);
        await this.#killAt(place);
      }
      onProgress?.(time * wanted.length, times * wanted.length);
    }
    await this.#closeShop();
    return this.#outcome(places);
  }

  /** A chart has come to stand somewhere. */
  stands(actor: AnyActorRef): void {
    const places = placesOf(actor);
    if (places.length === 0) return;
    const shop = this.#shop;
    if (shop !== null && actor._parent === undefined && !shop.roots.includes(actor)) shop.roots.push(actor);
    // What a kill leads to is no way: only what an undisturbed journey comes by.
    if (this.#scouting !== null) for (const place of places) this.#wayTo(place).add(this.#scouting);
    const target = this.#target;
    if (target === null || this.#isKilled || !places.includes(target.place)) return;
    if (target.delay === 0) this.#kill(actor, target.place);
    else target.waiting = actor;
  }

  /** Between two events: the kill that waits for its moment. */
  #turned(): void {
    const target = this.#target;
    if (target?.waiting == null || this.#isKilled) return;
    const isThere = placesOf(target.waiting).includes(target.place);
    target.delay = isThere ? target.delay - 1 : 0;
    if (!isThere) target.waiting = null;
    else if (target.delay <= 0) this.#kill(target.waiting, target.place);
  }

  #kill(actor: AnyActorRef, place: Place): void {
    this.#isKilled = true;
    this.#at.note(`KILL ${place}`);
    this.#end(actor, place.slice(0, place.indexOf(' ')));
  }

  #end(actor: AnyActorRef, machine: string): void {
    // What a voice had not recorded when it died it may say again, as after a new start.
    if (machine === 'announcer') this.#at.truth.newLife();
    if (machine === ROOT) this.#processEnds += 1;
    crash(actor, new Error(`planted in ${machine}`));
  }

  /** Each journey once, undisturbed: it must work, and shows by which places it comes. */
  async #scout(): Promise<void> {
    for (const journey of JOURNEYS) {
      this.#scouting = journey;
      await this.#walk(journey, `"${journey.name}", undisturbed`);
    }
    this.#scouting = null;
    await this.#closeShop();
    await this.#openShop();
  }

  async #killAt(place: Place): Promise<void> {
    const ways = this.#wayTo(place);
    for (let attempt = 0; attempt < TRIES && this.#broken.length === 0; attempt += 1) {
      const journey = [...ways][this.#upTo(ways.size)];
      if (journey === undefined) break;
      const delay = attempt === 0 ? this.#upTo(DELAY_MAX) : 0;
      this.#target = { place, delay, waiting: null };
      this.#isKilled = false;
      await this.#walk(journey, `"${journey.name}" on the way to ${place}`);
      this.#target = null;
      // It came by there once because of what the journey before it had left.
      if (!this.#isKilled && delay === 0 && ways.size > 1) ways.delete(journey);
      if (!this.#isKilled) continue;
      this.#isKilled = false;
      this.#kills.set(place, (this.#kills.get(place) ?? 0) + 1);
      this.#killsInShop += 1;
      await this.#comesBack(place, journey);
      if (this.#killsInShop >= KILLS_A_SHOP) {
        await this.#closeShop();
        await this.#openShop();
      }
      return;
    }
    this.#breaks(`${place} was not met again`);
  }

  /** What is left of the journey is forgotten, the trouble ends, and everything must be as it was. */
  async #comesBack(place: Place, journey: Journey): Promise<void> {
    const shop = this.#at;
    const isRoot = place.startsWith(`${ROOT} `);
    await shop.pass(isRoot ? AFTER_PROCESS_END_MS : RECOVERY_MS);
    for (const chart of shop.permanent) {
      if (!shop.isAlive(chart)) this.#breaks(`after a crash in ${place} the chart ${chart} never came back`);
    }
    this.#check(`a crash in ${place}`);
    if (this.#broken.length === 0) await this.#tidied(shop, `a crash in ${place}`);
    const killed = this.#kills.get(place) ?? 0;
    const again = killed <= WHOLE_FIRST || killed % WHOLE_EVERY === 0 ? journey : PLAIN_SALE;
    if (this.#broken.length === 0) await this.#walk(again, `"${again.name}" after a crash in ${place}`);
  }

  async #walk(journey: Journey, what: string): Promise<void> {
    const shop = this.#at;
    shop.note(`WALK ${what}`);
    const walk = new Walk(shop, {
      isKilled: () => this.#isKilled,
      crash: (machine) => {
        const chart = shop.charts().find((one) => one.machine === machine);
        if (chart === undefined) throw new Error(`${machine} is not alive`);
        this.#end(chart.actor, machine);
      },
    });
    try {
      await walk.home();
      await journey.walk(walk);
    } catch (error) {
      if (!(error instanceof Interrupted)) this.#breaks(`${what}: ${String(error)}`);
    }
    shop.heal();
    if (this.#isKilled || this.#broken.length > 0) return;
    await this.#tidied(shop, what);
    this.#check(what);
  }

  async #tidied(shop: SupervisedShop, what: string): Promise<void> {
    try {
      await putInOrder(new Walk(shop, { isKilled: () => false, crash: () => undefined }));
    } catch (error) {
      this.#breaks(`after ${what}: ${String(error)}`);
    }
  }

  #check(what: string): void {
    const shop = this.#at;
    for (const rule of shop.truth.violations) this.#breaks(`${what}: ${rule}`);
    const unplanned = shop.crashes.filter((reason) => !reason.includes(`planted in ${ROOT}`));
    if (unplanned.length > 0 || shop.crashes.length > this.#processEnds) {
      this.#breaks(
        `${what}: the process ended by itself: ${(unplanned[0] ?? shop.crashes.at(-1) ?? '').slice(0, 400)}`,
      );
    }
  }

  async #openShop(): Promise<void> {
    this.#shops += 1;
    this.#killsInShop = 0;
    this.#processEnds = 0;
    this.#shop = new SupervisedShop(`supervision ${this.#options.seed}/${this.#shops}`, this.#releases);
    this.#shop.onTurn = () => this.#turned();
    await this.#shop.open();
  }

  async #closeShop(): Promise<void> {
    const shop = this.#at;
    if (this.#broken.length > 0) return;
    for (const rule of await shop.close()) this.#breaks(`at its end: ${rule}`);
    this.#sums.sales += shop.truth.orders.size;
    this.#sums.refunds += shop.sandbox.save().refunds.length;
    this.#sums.hours += shop.clock.monotonicMs() / 3_600_000;
  }

  #breaks(what: string): void {
    if (this.#broken.length === 0) this.#story = this.#at.story.slice(-120);
    this.#broken.push(what);
  }

  #outcome(places: readonly Place[]): SupervisionOutcome {
    const { sales, refunds, hours } = this.#sums;
    return {
      kills: Object.fromEntries(places.toSorted().map((place) => [place, this.#kills.get(place) ?? 0])),
      ...{ broken: this.#broken, story: this.#story, shops: this.#shops, sales, refunds, virtualHours: hours },
    };
  }

  #wayTo(place: Place): Set<Journey> {
    const ways = this.#ways.get(place) ?? new Set<Journey>();
    this.#ways.set(place, ways);
    return ways;
  }

  get #at(): SupervisedShop {
    if (this.#shop === null) throw new Error('no shop is open');
    return this.#shop;
  }

  #shuffled(places: readonly Place[]): Place[] {
    const drawn = places.map((place) => ({ place, order: this.#random.fraction() }));
    return drawn.toSorted((one, other) => one.order - other.order).map(({ place }) => place);
  }

  #upTo(limit: number): number {
    return Math.floor(this.#random.fraction() * limit);
  }
}

import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { terminalConfigSchema, type TerminalConfig } from '../../config/terminal-config.ts';
import { TerminalFailure } from '../../domain/failure.ts';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import { SimulatedDisk } from '../../hal/disk/simulated-disk.ts';
import { SeededRandom } from '../../hal/random/seeded-random.ts';
import { demoMerchants } from '../gateway/merchant.ts';
import { createSandbox, type Sandbox } from '../gateway/sandbox.ts';
import { STATE_PROFILES } from '../gateway/settings.ts';
import { Cashier } from './cashier.ts';
import type { Peripherals } from './devices.ts';
import { CALM, ROUGH, type FaultRates } from './fault-rates.ts';
import { judge, readFinalBook } from './final-book.ts';
import { Network } from './network.ts';
import { Sometimes } from './sometimes.ts';
import { Story } from './story.ts';
import { TerminalLife } from './terminal-life.ts';
import { startTroubles } from './troubles.ts';
import { Truth } from './truth.ts';

const DATA = '/data';
const START_MS = Date.UTC(2026, 0, 5, 9);
/** Long enough for a window, a lasting denial and the slowest background query. */
const FINISH_MAX_MS = 3 * 3_600_000;
const LOOK_MS = 30_000;
/** Ten times what a payment takes on average with all its troubles: a shop that needs longer does not sell any more. */
const PAYMENT_MAX_MS = 600_000;
/** Orders between two words about how far the shop has come. */
const TOLD_EVERY = 20;
/** A new segment every twenty orders or so, or every hundred. */
const SMALL_SEGMENTS_KILOBYTES = [32, 128];

/** Which shop is lived in, and for how long. */
export interface WorldOptions {
  readonly seed: string;
  /** The shop closes when so many orders were begun. */
  readonly payments: number;
  readonly rates?: FaultRates;
  /** Size of a journal segment; absent: a small one, so that every shop begins new ones. */
  readonly segmentKilobytes?: number;
}

/** What a shop's life came to. No violations: every money rule held. */
export interface WorldReport {
  readonly seed: string;
  readonly payments: number;
  /** Process lives of the terminal. */
  readonly lives: number;
  readonly virtualMs: number;
  readonly violations: readonly string[];
  /** What happened to the orders that broke a rule. */
  readonly story: readonly string[];
  readonly sometimes: Sometimes;
  /** Over journal, gateway, announcements and time: one seed, one hash. */
  readonly hash: string;
}

/** Told now and then how many orders of the shop were begun so far. */
export type Begun = (orders: number) => void;

/** One terminal in one shop, from its first configuration to its last order, on virtual time. */
export async function runWorld(options: WorldOptions, onBegun: Begun = () => undefined): Promise<WorldReport> {
  return new World(options, onBegun).run();
}

class World {
  readonly #options: WorldOptions;
  readonly #clock = new VirtualClock(START_MS);
  readonly #random: SeededRandom;
  readonly #disk = new SimulatedDisk();
  readonly #sometimes = new Sometimes();
  readonly #peripherals: Peripherals = { printer: 'ok', speakerBroken: false };
  readonly #story: Story;
  readonly #config: TerminalConfig;
  readonly #sandbox: Sandbox;
  readonly #truth: Truth;
  readonly #network: Network;
  readonly #cashier: Cashier;
  readonly #onBegun: Begun;
  #rates: FaultRates = CALM;
  #told = 0;
  #life: TerminalLife;
  #lives = 0;

  constructor(options: WorldOptions, onBegun: Begun) {
    this.#options = options;
    this.#onBegun = onBegun;
    const clock = this.#clock;
    const sometimes = this.#sometimes;
    const rates = (): FaultRates => this.#rates;
    const random = (this.#random = new SeededRandom(options.seed));
    this.#story = new Story(clock);
    const segmentKilobytes =
      options.segmentKilobytes ?? SMALL_SEGMENTS_KILOBYTES[random.fraction() < 0.5 ? 0 : 1] ?? 1024;
    this.#config = v.parse(terminalConfigSchema, {
      sn: 'TILL_SIM_000001',
      subTerminalType: 1,
      dataDir: DATA,
      journal: { segmentKilobytes },
    });
    const profile = STATE_PROFILES[Math.floor(random.fraction() * STATE_PROFILES.length)] ?? 'mixed';
    const refundDelayMs = random.fraction() < 0.5 ? 3000 : 150_000;
    const gatewayRandom = new SeededRandom(`${options.seed}/gateway`);
    this.#sandbox = createSandbox({
      clock,
      random: gatewayRandom,
      merchants: demoMerchants(),
      settings: { profile, refundDelayMs },
    });
    const sandbox = this.#sandbox;
    const truth = new Truth({
      sandbox,
      sometimes,
      nowMs: () => clock.monotonicMs(),
      note: (order, what) => this.#story.note(order, what),
    });
    const { domains } = this.#config.gateway;
    this.#truth = truth;
    this.#network = new Network({ clock, random, sandbox, domains, rates, sometimes, truth });
    this.#cashier = new Cashier({ clock, random, truth, sometimes, rates });
    this.#life = this.#newLife();
  }

  async run(): Promise<WorldReport> {
    await this.#life.start();
    await this.#configure();
    this.#rates = this.#options.rates ?? ROUGH;
    const troubles = startTroubles({
      clock: this.#clock,
      random: this.#random,
      sandbox: this.#sandbox,
      network: this.#network,
      peripherals: this.#peripherals,
      rates: () => this.#rates,
      sometimes: this.#sometimes,
      printerChanged: () => this.#life.printerChanged(),
    });
    this.#look();
    const { payments } = this.#options;
    await this.#until(() => this.#truth.orders.size >= payments, payments * PAYMENT_MAX_MS);
    if (this.#truth.orders.size < payments)
      this.#truth.broken('M10', `the shop came to a standstill after ${this.#truth.orders.size} orders`, null);
    this.#rates = CALM;
    troubles.end();
    await this.#finish();
    return this.#report();
  }

  #newLife(): TerminalLife {
    this.#lives += 1;
    this.#truth.newLife();
    return new TerminalLife({
      config: this.#config,
      clock: this.#clock,
      disk: this.#disk,
      random: this.#random,
      network: this.#network,
      peripherals: this.#peripherals,
      truth: this.#truth,
      sometimes: this.#sometimes,
      log: this.#story.log(
        () => this.#diskFailed(),
        () => this.#truth.historyLetGo(),
      ),
      rates: () => this.#rates,
    });
  }

  #diskFailed(): void {
    this.#truth.diskFailed();
    if (this.#life.isRunning) this.#sometimes.count('storage reopened');
  }

  /** The cashier's next look, and the one after it. */
  #look(): void {
    this.#clock.setTimeout(() => {
      const { screen, hands } = this.#life;
      const begun = this.#truth.orders.size;
      if (begun >= this.#told + TOLD_EVERY) this.#onBegun((this.#told = begun));
      const serving = begun < this.#options.payments;
      if (screen === null) this.#cashier.lostTerminal();
      else this.#cashier.act(screen, hands, serving);
      this.#look();
    }, this.#cashier.pauseMs());
  }

  async #configure(): Promise<void> {
    const { pathAndQuery } = this.#sandbox.issueTicket();
    this.#life.hands.scan(`${this.#config.gateway.domains[0] ?? ''}${pathAndQuery}`);
    await this.#until(() => this.#life.screen?.name === 'idle', 60_000);
    if (this.#life.screen?.name !== 'idle')
      throw new Error('the terminal was not configured', { cause: this.#life.failure });
  }

  /** Lets time pass, and boots what has died, until it is so; at most so long. */
  async #until(isSo: () => boolean, mostMs = Number.POSITIVE_INFINITY): Promise<void> {
    const end = this.#clock.monotonicMs() + mostMs;
    await turn();
    while (!isSo() && this.#truth.violations.length === 0) {
      const due = this.#clock.nextDueMs;
      if (due === null || due > end) break;
      this.#clock.runNext();
      await turn();
      if (!this.#life.isRunning) this.#mourn();
    }
  }

  /** The life has ended: what was not synced is lost if the power went, and after a while the box boots. */
  #mourn(): void {
    const { power, failure } = this.#life;
    const why = failure instanceof Error ? failure.message : '';
    this.#story.note(null, `the life ended: ${power.ended ?? ''} ${why}`);
    // This disk loses what was not synced and damages nothing else: a journal that it cannot be read from was not written right.
    if (failure instanceof TerminalFailure && failure.code === 'storage.corrupt') this.#truth.broken('M1', why, null);
    if (power.ended === 'cut') this.#disk.powerCut(this.#random);
    if (this.#life.terminal === null) this.#sometimes.count('boot that was cut off');
    else if (failure !== null) this.#sometimes.count('root crashed');
    const downMs = power.ended === 'cut' ? 3000 + this.#random.fraction() ** 4 * 600_000 : 2000;
    this.#life = this.#newLife();
    const next = this.#life;
    this.#clock.setTimeout(() => void next.start(), downMs);
  }

  /** Faults are off: all must come to its end, and what is owed must be told, at the latest after one orderly restart. */
  async #finish(): Promise<void> {
    await this.#until(() => false, LOOK_MS);
    const endMs = this.#clock.monotonicMs() + FINISH_MAX_MS;
    const open = (): readonly string[] => {
      const dump = this.#life.terminal?.dump();
      return dump === undefined ? ['no terminal'] : [...dump.openOrders, ...dump.openRefunds];
    };
    while (open().length > 0 && this.#clock.monotonicMs() < endMs && this.#truth.violations.length === 0) {
      await this.#until(() => false, LOOK_MS);
    }
    await this.#until(() => false, 4 * LOOK_MS);
    if (this.#truth.violations.length > 0) return;
    this.#life.stop();
    this.#life = this.#newLife();
    await this.#life.start();
    await this.#until(() => false, 4 * LOOK_MS);
    this.#life.stop();
  }

  #report(): WorldReport {
    const hash = createHash('sha256');
    if (this.#truth.violations.length === 0) {
      const book = readFinalBook(this.#disk, `${DATA}/journal`, this.#clock);
      judge(book, this.#truth, this.#sometimes);
      const segments = this.#disk.list(`${DATA}/journal`).length;
      if (segments > 1) this.#sometimes.count('journal begun a new segment', segments - 1);
      for (const line of book.lines) hash.update(line);
    }
    for (const { number, totalFen, charges, createdMs } of this.#sandbox.book().orders) {
      hash.update(`${number} ${totalFen} ${charges} ${createdMs}`);
    }
    for (const job of this.#truth.announced) hash.update(job);
    hash.update(String(this.#clock.monotonicMs()));
    return {
      seed: this.#options.seed,
      payments: this.#truth.orders.size,
      lives: this.#lives,
      virtualMs: this.#clock.monotonicMs(),
      violations: this.#truth.violations,
      story: this.#truth.violations.length === 0 ? [] : this.#story.tell(),
      sometimes: this.#sometimes,
      hash: hash.digest('hex'),
    };
  }
}

/** Lets every promise that is ready run to its end: one turn of the event loop, in which nothing else has work to do. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

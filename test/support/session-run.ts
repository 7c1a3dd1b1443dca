import * as v from 'valibot';
import type { Log } from '../../actors/log.ts';
import { terminalConfigSchema, type TerminalConfig } from '../../config/terminal-config.ts';
import type { ScreenName } from '../../domain/screen.ts';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import { SimulatedDisk } from '../../hal/disk/simulated-disk.ts';
import { SeededRandom } from '../../hal/random/seeded-random.ts';
import type { SandboxAnswer } from '../../simulator/gateway/answer.ts';
import { demoMerchants } from '../../simulator/gateway/merchant.ts';
import { createSandbox, type Sandbox } from '../../simulator/gateway/sandbox.ts';
import { STATE_PROFILES } from '../../simulator/gateway/settings.ts';
import type { Peripherals } from '../../simulator/world/devices.ts';
import { CALM, ROUGH, type FaultRates } from '../../simulator/world/fault-rates.ts';
import { judge, readFinalBook } from '../../simulator/world/final-book.ts';
import { Network } from '../../simulator/world/network.ts';
import { Sometimes } from '../../simulator/world/sometimes.ts';
import { TerminalLife } from '../../simulator/world/terminal-life.ts';
import { startTroubles } from '../../simulator/world/troubles.ts';
import { Truth } from '../../simulator/world/truth.ts';
import { NETWORKS_IN_REACH, RandomHands } from './random-hands.ts';

const DATA = '/data';
const START_MS = Date.UTC(2026, 0, 5, 9);
const MINUTE_MS = 60_000;
const ACTS_MAX = 120;
/** From every screen so many presses of `cancel` lead home, but for what is under way on the network and cannot be taken back. */
const CANCELS_MAX = 4;
/** Without a hand on the keys every screen is left within this time. */
const LEFT_ALONE_MAX_MS = 8 * MINUTE_MS;
/** Longest life of an order, of its reconciliation pauses and of a "no such order" that must hold. */
const LAST_HOURS_MS = 3 * 3_600_000;
const LOOK_MS = 30_000;
const STORY_LINES = 120;
/** What is on its way to the gateway or the radio is not taken back; its screen ends with the answer. */
const NOT_CANCELLED: readonly ScreenName[] = ['configuring', 'wifi-joining', 'unbind', 'self-test', 'shift', 'staff'];

/** A rough quarter of an hour: slow troubles come every minute or two. */
const SESSION_RATES: FaultRates = {
  ...ROUGH,
  powerCut: 0.0005,
  diskError: 0.0005,
  scripted: 0,
  // The configuration is the one answer without a code of its own: TLS alone keeps its bytes whole.
  wrongBytes: 0,
  wifiAwayEveryMs: 2 * MINUTE_MS,
  domainDownEveryMs: 2 * MINUTE_MS,
  printerTroubleEveryMs: 2 * MINUTE_MS,
  speakerTroubleEveryMs: 3 * MINUTE_MS,
  wallJumpEveryMs: 5 * MINUTE_MS,
};

export interface SessionReport {
  readonly seed: string;
  /** In words; empty when the session kept every rule. */
  readonly broken: readonly string[];
  /** What was done, and what the terminal showed; empty when nothing broke. */
  readonly story: readonly string[];
  /** How often each screen was left by `cancel`, and by time alone. */
  readonly left: ReadonlyMap<ScreenName, { readonly byCancel: number; readonly byTime: number }>;
  readonly seen: ReadonlySet<ScreenName>;
  readonly orders: number;
  readonly refunds: number;
  readonly lives: number;
}

/** One session of random hands at the real terminal, then peace, one orderly restart, and the judgement of every money rule. */
export async function runSession(seed: string): Promise<SessionReport> {
  return new Session(seed).run();
}

class Session {
  readonly #seed: string;
  readonly #clock = new VirtualClock(START_MS);
  readonly #random: SeededRandom;
  readonly #disk = new SimulatedDisk();
  readonly #sometimes = new Sometimes();
  readonly #peripherals: Peripherals = { printer: 'ok', speakerBroken: false, networks: NETWORKS_IN_REACH };
  readonly #config: TerminalConfig;
  readonly #sandbox: Sandbox;
  readonly #truth: Truth;
  readonly #network: Network;
  readonly #hands: RandomHands;
  readonly #story: string[] = [];
  readonly #crashes: string[] = [];
  readonly #left = new Map<ScreenName, { byCancel: number; byTime: number }>();
  readonly #seen = new Set<ScreenName>();
  #rates: FaultRates = CALM;
  #life: TerminalLife;
  #lives = 0;

  constructor(seed: string) {
    this.#seed = seed;
    const clock = this.#clock;
    const sometimes = this.#sometimes;
    const rates = (): FaultRates => this.#rates;
    const random = (this.#random = new SeededRandom(`session ${seed}`));
    this.#config = v.parse(terminalConfigSchema, { sn: 'TILL_SIM_000001', subTerminalType: 1, dataDir: DATA });
    const { domains } = this.#config.gateway;
    const profile = STATE_PROFILES[Math.floor(random.fraction() * STATE_PROFILES.length)] ?? 'mixed';
    const gatewayRandom = new SeededRandom(`session ${seed}/gateway`);
    const sandbox = createSandbox({ clock, random: gatewayRandom, merchants: demoMerchants(), settings: { profile } });
    this.#sandbox = { ...sandbox, handle: (request) => this.#heard(sandbox.handle(request), request.path) };
    const note = (_: string | null, what: string): void => this.#note(what);
    const truth = new Truth({ sandbox: this.#sandbox, sometimes, nowMs: () => clock.monotonicMs(), note });
    this.#truth = truth;
    this.#network = new Network({ clock, random, sandbox: this.#sandbox, domains, rates, sometimes, truth });
    this.#hands = new RandomHands({ random, sandbox, truth, domains });
    this.#life = this.#newLife();
  }

  async run(): Promise<SessionReport> {
    await this.#life.start();
    await this.#until(() => this.#isHome(), MINUTE_MS);
    if (this.#random.fraction() < 0.95) await this.#configure();
    this.#rates = SESSION_RATES;
    const { clock, sometimes } = this.#parts();
    const troubles = startTroubles({
      clock,
      random: this.#random,
      sandbox: this.#sandbox,
      network: this.#network,
      peripherals: this.#peripherals,
      rates: () => this.#rates,
      sometimes,
      printerChanged: () => this.#life.printerChanged(),
    });
    const acts = 15 + Math.floor(this.#random.fraction() * (ACTS_MAX - 15));
    for (let act = 0; act < acts && !this.#isBroken; act += 1) await this.#act();
    this.#rates = CALM;
    troubles.end();
    if (!this.#isBroken) await this.#finish();
    return this.#report();
  }

  #parts(): { clock: VirtualClock; sometimes: Sometimes } {
    return { clock: this.#clock, sometimes: this.#sometimes };
  }

  /** What the gateway refuses is part of the story. */
  #heard(answer: SandboxAnswer, path: string): SandboxAnswer {
    const refusal = /\\"status\\":10\d,\\"description\\":\\"(.{0,200})/.exec(answer.body)?.[1];
    if (refusal !== undefined) this.#note(`${path} is refused: ${refusal}`);
    return answer;
  }

  get #isBroken(): boolean {
    return this.#truth.violations.length > 0 || this.#crashes.length > 0;
  }

  #newLife(): TerminalLife {
    this.#lives += 1;
    this.#truth.newLife();
    const life: TerminalLife = new TerminalLife({
      config: this.#config,
      clock: this.#clock,
      disk: this.#disk,
      random: this.#random,
      network: this.#network,
      peripherals: this.#peripherals,
      truth: this.#truth,
      sometimes: this.#sometimes,
      log: this.#log(() => life.isRunning),
      rates: () => this.#rates,
    });
    return life;
  }

  /** A chart that crashed is a broken session, whoever restarts it; what dead code still logs is nobody's. */
  #log(isRunning: () => boolean): Log {
    const ignore = (): void => undefined;
    const take = (fields: Readonly<Record<string, unknown>>, message: string): void => {
      const reason = wordsOf(fields['reason']);
      if (message.startsWith('the journal failed')) this.#truth.diskFailed();
      this.#note(`log: ${message} ${wordsOf(fields['where'])} ${reason.slice(0, 1500)}`);
      if (message !== 'an actor crashed' || !isRunning() || isExpected(fields['where'], reason)) return;
      this.#crashes.push(`a chart crashed: ${wordsOf(fields['where'])}: ${reason}`);
    };
    return { debug: ignore, info: ignore, warn: take, error: take };
  }

  async #configure(): Promise<void> {
    const { pathAndQuery } = this.#sandbox.issueTicket();
    this.#life.hands.scan(`${this.#config.gateway.domains[0] ?? ''}${pathAndQuery}`);
    await this.#until(() => this.#life.screen?.name === 'idle', MINUTE_MS);
  }

  async #act(): Promise<void> {
    const { screen, hands } = this.#life;
    const draw = this.#random.fraction();
    if (screen === null || draw < 0.03) {
      await this.#pass(this.#random.fraction() * 4 * MINUTE_MS);
    } else if (draw < 0.08) {
      await this.#leaveByCancel(screen.name);
    } else if (draw < 0.11) {
      await this.#leaveAlone(screen.name);
    } else {
      this.#note(`${screen.name}: ${this.#hands.act(screen, hands)}`);
      await this.#pass(this.#random.fraction() * 3000);
    }
  }

  async #leaveByCancel(from: ScreenName): Promise<void> {
    this.#seen.add(from);
    for (let press = 1; press <= CANCELS_MAX && !this.#isHome(); press += 1) {
      if (NOT_CANCELLED.includes(this.#life.screen?.name ?? 'idle')) await this.#pass(MINUTE_MS);
      this.#life.hands.press('cancel');
      this.#note(`${from}: cancel`);
      await this.#pass(50);
    }
    await this.#arrive(from, 'byCancel');
  }

  async #leaveAlone(from: ScreenName): Promise<void> {
    this.#seen.add(from);
    this.#note(`${from}: left alone`);
    await this.#until(() => this.#isHome(), LEFT_ALONE_MAX_MS);
    await this.#arrive(from, 'byTime');
  }

  async #arrive(from: ScreenName, how: 'byCancel' | 'byTime'): Promise<void> {
    // The power went meanwhile: its boot leads home as well.
    if (this.#life.screen === null) await this.#until(() => this.#isHome(), 15 * MINUTE_MS);
    const left = this.#left.get(from) ?? { byCancel: 0, byTime: 0 };
    this.#left.set(from, { ...left, [how]: left[how] + 1 });
    if (this.#isHome()) return;
    this.#crashes.push(`no way home from ${from} (${how}): ${this.#life.screen?.name ?? 'dark'} stays`);
  }

  #isHome(): boolean {
    const name = this.#life.screen?.name;
    return name === 'idle' || name === 'unconfigured';
  }

  #pass(ms: number): Promise<void> {
    return this.#until(() => false, ms);
  }

  /** Lets time pass, and boots what has died, until it is so; at most so long. */
  async #until(isSo: () => boolean, mostMs: number): Promise<void> {
    const end = this.#clock.monotonicMs() + mostMs;
    await this.#turn();
    while (!isSo() && !this.#isBroken) {
      const due = this.#clock.nextDueMs;
      if (due === null || due > end) {
        this.#clock.runUntil(end);
        return;
      }
      this.#clock.runNext();
      await this.#turn();
      if (!this.#life.isRunning) this.#mourn();
    }
  }

  async #turn(): Promise<void> {
    const before = this.#life.screen;
    await new Promise((resolve) => setImmediate(resolve));
    const { screen } = this.#life;
    if (screen === null || screen === before) return;
    this.#seen.add(screen.name);
    this.#note(`shows ${screen.name}: ${screen.lines.join(' / ').slice(0, 120)}`);
  }

  /** The life has ended: what was not synced is lost if the power went, and after a while the box boots. */
  #mourn(): void {
    const { power, failure } = this.#life;
    this.#note(`the life ended: ${power.ended ?? ''} ${wordsOf(failure)}`);
    if (failure !== null && power.ended === 'killed' && !this.#mayFail) {
      this.#crashes.push(`the process crashed: ${wordsOf(failure)}`);
    }
    if (power.ended === 'cut') this.#disk.powerCut(this.#random);
    this.#life = this.#newLife();
    const next = this.#life;
    this.#clock.setTimeout(() => void next.start(), 3000);
  }

  /** A boot on a disk that fails says so and ends, and the service manager tries again. */
  get #mayFail(): boolean {
    return this.#life.terminal === null;
  }

  async #finish(): Promise<void> {
    const endMs = this.#clock.monotonicMs() + LAST_HOURS_MS;
    await this.#pass(LOOK_MS);
    await this.#leaveAlone(this.#life.screen?.name ?? 'idle');
    const open = (): number => {
      const dump = this.#life.terminal?.dump();
      return dump === undefined ? 1 : dump.openOrders.length + dump.openRefunds.length;
    };
    while (open() > 0 && this.#clock.monotonicMs() < endMs && !this.#isBroken) await this.#pass(LOOK_MS);
    await this.#pass(4 * LOOK_MS);
    if (this.#isBroken) return;
    this.#life.stop();
    this.#life = this.#newLife();
    await this.#life.start();
    await this.#pass(4 * LOOK_MS);
    if (!this.#isHome())
      this.#crashes.push(`after a restart the terminal shows ${this.#life.screen?.name ?? 'nothing'}`);
    this.#life.stop();
  }

  #report(): SessionReport {
    const { rows, orders } = this.#isBroken ? { rows: [], orders: 0 } : this.#judge();
    const broken = [...this.#truth.violations, ...this.#crashes];
    return {
      seed: this.#seed,
      broken,
      story: broken.length === 0 ? [] : this.#story.slice(-STORY_LINES),
      left: this.#left,
      seen: this.#seen,
      orders,
      refunds: rows.length,
      lives: this.#lives,
    };
  }

  #judge(): { rows: readonly unknown[]; orders: number } {
    const book = readFinalBook(this.#disk, `${DATA}/journal`, this.#clock);
    const rows = this.#sandbox.save().refunds;
    judge(book, this.#truth, this.#sometimes);
    return { rows, orders: book.orders.size };
  }

  #note(what: string): void {
    this.#story.push(`${(this.#clock.monotonicMs() / 1000).toFixed(3).padStart(10)} s  ${what}`);
    if (this.#story.length > 4 * STORY_LINES) this.#story.splice(0, 2 * STORY_LINES);
  }
}

/** The disk and the devices of this world fail on purpose; what a chart reports of that is no crash of its own. */
function isExpected(where: unknown, reason: string): boolean {
  return (
    where === 'speaker' || /the journal (could not|stopped)|EIO|ENOSPC|no sound card|the power is gone/.test(reason)
  );
}

function wordsOf(what: unknown): string {
  if (what instanceof Error) return what.stack ?? what.message;
  return typeof what === 'string' ? what : (JSON.stringify(what) ?? '');
}

import { openJournal } from '../../actors/journal/journal.ts';
import type { Platform } from '../../domain/platform.ts';
import type { Key } from '../../domain/screen.ts';
import { VirtualClock } from '../../hal/clock/virtual-clock.ts';
import { SeededRandom } from '../../hal/random/seeded-random.ts';
import type { CodeKind } from '../../simulator/gateway/customer-codes.ts';
import { FAULT_SCRIPTS } from '../../simulator/gateway/fault-scripts.ts';
import { createSandbox, type Sandbox } from '../../simulator/gateway/sandbox.ts';
import { ActorCensus, type Citizen } from './actor-census.ts';
import { contradictions, unresolvedOrders } from './money-truth.ts';
import { sandboxTransport } from './sandbox-transport.ts';
import { VirtualTerminal } from './virtual-terminal.ts';

/** Five restarts a minute are allowed; kills keep this distance so that none escalates. */
const KILL_DISTANCE_MS = 13_000;
const KINDS: readonly CodeKind[] = ['plain', 'plain', 'password', 'insufficient', 'stops', 'never'];
const KEYS: readonly Key[] = ['menu', 'enter', 'cancel', 'backspace', '3', '7', 'up', 'down', 'reprint', 'replay'];
/** An hour: the longest life of an order, of its reconciliation pauses and of a "no such order" that must hold. */
const LAST_HOURS_MS = 3 * 3_600_000;
/** The gateway never tells what became of the others. */
const SCRIPTS = FAULT_SCRIPTS.filter(({ id }) => !id.startsWith('status-103-forever'));
const MICROTASKS = 40;

export interface SupervisionOutcome {
  /** How often each chart was killed in each of its states: `payment inWindow.querying` → 10. */
  readonly kills: Readonly<Record<string, number>>;
  readonly sales: number;
  /** In words; empty when money truth holds. */
  readonly broken: readonly string[];
  readonly virtualHours: number;
}

/** Sales, failures and kills of every supervised chart in every state it is met in, until each was killed `quota` times there. */
export async function runSupervision(options: {
  readonly seed: number;
  readonly quota: number;
  readonly salesMax: number;
  readonly onProgress?: (sales: number, kills: number) => void;
}): Promise<SupervisionOutcome> {
  const run = await SupervisionRun.open(options.seed, options.quota);
  for (let sale = 1; sale <= options.salesMax; sale += 1) {
    await run.oneSale();
    if (sale % 100 === 0) options.onProgress?.(sale, run.killed);
    if (run.broken.length > 0) break;
  }
  return run.finish();
}

class SupervisionRun {
  readonly broken: string[] = [];
  killed = 0;
  readonly #random: SeededRandom;
  readonly #clock = new VirtualClock();
  readonly #sandbox: Sandbox;
  readonly #census = new ActorCensus();
  readonly #kills = new Map<string, number>();
  readonly #quota: number;
  #terminal: VirtualTerminal | null = null;
  #sales = 0;
  #lastKillMs = 0;

  private constructor(seed: number, quota: number) {
    this.#quota = quota;
    this.#random = new SeededRandom(`supervision ${seed}`);
    const settings = { latency: { kind: 'uniform', fromMs: 20, toMs: 900 } } as const;
    this.#sandbox = createSandbox({ clock: this.#clock, random: new SeededRandom(seed), settings });
    this.#sandbox.bind('sz01TESTSHP000000001', 'dev-001', 'TILL_V1_000001');
  }

  static async open(seed: number, quota: number): Promise<SupervisionRun> {
    const run = new SupervisionRun(seed, quota);
    const transport = sandboxTransport(run.#sandbox, run.#clock);
    await run.#census.watch(async () => {
      run.#terminal = await VirtualTerminal.start({ seed, clock: run.#clock, transport, spokenMs: 1500 });
    });
    return run;
  }

  async oneSale(): Promise<void> {
    this.#sales += 1;
    this.#disturb();
    const terminal = this.#at;
    const platform: Platform = this.#random.fraction() < 0.5 ? 'wechat' : 'alipay';
    await terminal.sell(this.#amount(), platform, this.#oneOf(KINDS), Math.floor(this.#random.fraction() * 40));
    const until = this.#clock.monotonicMs() + this.#random.fraction() * 60_000;
    for (let due = this.#clock.nextDueMs; due !== null && due <= until; due = this.#clock.nextDueMs) {
      this.#clock.runNext();
      await this.#watchMicrotasks();
      if (this.#random.fraction() < 0.05) terminal.keypad.press(this.#oneOf(KEYS));
    }
    this.#clock.runUntil(until);
    if (terminal.crashes.length > 0) this.broken.push(`the process died: ${String(terminal.crashes[0])}`);
  }

  /** Lets every fault end and every order come to its end, then compares what the terminal says with what is true. */
  async finish(): Promise<SupervisionOutcome> {
    const terminal = this.#at;
    for (const host of [0, 1, 2, 3]) this.#sandbox.setHost(host, 'up');
    terminal.disk.heal();
    terminal.printer.setStatus('ok');
    await terminal.pass(LAST_HOURS_MS);
    terminal.stop();
    const options = { disk: terminal.disk, folder: '/data/journal', clock: this.#clock, carryOver: () => [] };
    const entries = [...openJournal(options).journal.history()].reverse();
    const lines = terminal.told.map((told) => ({ at: '', ...told }));
    this.broken.push(
      ...contradictions({ book: this.#sandbox.book(), entries, lines }),
      ...unresolvedOrders(entries).map((order) => `order ${order} never came to its end`),
    );
    return {
      kills: Object.fromEntries([...this.#kills].toSorted()),
      sales: this.#sales,
      broken: this.broken,
      virtualHours: this.#clock.monotonicMs() / 3_600_000,
    };
  }

  get #at(): VirtualTerminal {
    if (this.#terminal === null) throw new Error('the terminal was not started');
    return this.#terminal;
  }

  /** Kills between any two microtasks, so that charts that wait for the disk only for an instant are met as well. */
  async #watchMicrotasks(): Promise<void> {
    for (let turn = 0; turn < MICROTASKS; turn += 1) {
      this.#perhapsKill();
      await Promise.resolve();
    }
    await this.#at.turn();
  }

  #perhapsKill(): void {
    if (this.#clock.monotonicMs() - this.#lastKillMs < KILL_DISTANCE_MS) return;
    const wanted = this.#census.citizens().filter((citizen) => this.#killsOf(citizen) < this.#quota);
    const victim = wanted.toSorted((one, other) => this.#killsOf(one) - this.#killsOf(other))[0];
    if (victim === undefined || this.#random.fraction() > 0.2) return;
    this.#lastKillMs = this.#clock.monotonicMs();
    this.#kills.set(placeOf(victim), this.#killsOf(victim) + 1);
    this.killed += 1;
    victim.crash(new Error(`planted in ${placeOf(victim)}`));
  }

  #killsOf(citizen: Citizen): number {
    return this.#kills.get(placeOf(citizen)) ?? 0;
  }

  #disturb(): void {
    for (const host of [0, 1, 2, 3]) {
      const fate = this.#random.fraction();
      if (fate < 0.05) this.#sandbox.setHost(host, 'refuse', 90_000 * this.#random.fraction());
    }
    const paper = this.#random.fraction();
    this.#at.printer.setStatus(paper < 0.1 ? 'out-of-paper' : 'ok');
    if (this.#random.fraction() < 0.05) this.#at.disk.inject({ call: 'sync', nth: 2, code: 'EIO' });
  }

  #amount(): number {
    if (this.#random.fraction() < 0.3) return 90_000 + this.#oneOf(SCRIPTS).cents;
    return 1 + Math.floor(this.#random.fraction() * 80_000);
  }

  #oneOf<One>(list: readonly One[]): One {
    const one = list[Math.floor(this.#random.fraction() * list.length)];
    if (one === undefined) throw new Error('an empty list');
    return one;
  }
}

const placeOf = ({ machine, state }: Citizen): string => `${machine} ${state}`;

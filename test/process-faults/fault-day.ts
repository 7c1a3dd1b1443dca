import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { TerminalJournal } from '../../actors/terminal-journal.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import { NodeDisk } from '../../hal/disk/node-disk.ts';
import { Bench } from '../support/bench.ts';
import type { HeadlessTerminal, Line } from '../support/headless-terminal.ts';
import { contradictions, unresolvedOrders } from '../support/money-truth.ts';
import { readJournal } from '../support/read-journal.ts';
import { FaultShim, type Fault } from './fault-shim.ts';
import { StubbornCashier } from './stubborn-cashier.ts';

/** `new`: an empty data folder is started, configured and sells. `used`: a configured one sells, is configured again, and sells. */
export type Day = 'new' | 'used';

/** One day with one fault. */
export interface FaultDay {
  /** The fault met a call; if not, the day has fewer calls than that. */
  readonly fired: boolean;
  readonly call: string;
  readonly startRefused: boolean;
  readonly refusals: number;
  readonly alarms: number;
  /** Everything that broke a promise, in words. */
  readonly troubles: readonly string[];
}

/** Days before one gateway, each with a fault at one file call of the real process. */
export class FaultDays {
  readonly #bench: Bench;
  readonly #template: string;
  readonly #shim: FaultShim;
  #days = 0;

  private constructor(bench: Bench, template: string, shim: FaultShim) {
    this.#bench = bench;
    this.#template = template;
    this.#shim = shim;
  }

  static async open(): Promise<FaultDays> {
    const bench = await Bench.start({ config: { 'reconcile.intervalMs': 100 } });
    await bench.terminal.stop();
    const template = `${bench.dataDir}-template`;
    cpSync(bench.dataDir, template, { recursive: true });
    return new FaultDays(bench, template, new FaultShim(bench.dataDir));
  }

  async close(): Promise<void> {
    this.#shim.close();
    await this.#bench.close();
  }

  /** Matching calls of the last day. */
  get seen(): number {
    return this.#shim.seen;
  }

  /** Runs one day with one fault. */
  async run(day: Day, fault: Fault): Promise<FaultDay> {
    const bench = this.#bench;
    rmSync(bench.dataDir, { recursive: true, force: true });
    if (day === 'used') {
      cpSync(this.#template, bench.dataDir, { recursive: true });
      this.#skipUsedNumbers();
    }
    const earlier = new Set(bench.book.orders.map(({ number }) => number));
    const lines: Line[] = [];
    const troubles: string[] = [];
    const cashier = new StubbornCashier(bench);
    this.#shim.fail(fault);
    let startRefused = false;
    try {
      const started = await this.#start(troubles);
      if (started === null) {
        startRefused = true;
        this.#shim.heal();
        await bench.powerUp();
      }
      if (day === 'new') await cashier.configure();
      await cashier.sell();
      if (day === 'used') {
        await cashier.configure();
        await cashier.sell();
      }
      await bench.terminal.until('every truth', ({ openOrders }) => openOrders.length === 0);
    } catch (error) {
      troubles.push(error instanceof Error ? error.message : String(error));
    }
    const status = bench.terminal.running ? await bench.terminal.stop() : await bench.terminal.exited();
    if (status !== 0) troubles.push(`the terminal ended with ${status}: ${bench.terminal.stderr.slice(-1000)}`);
    lines.push(...bench.terminal.lines);
    const fired = this.#shim.failed > 0;
    this.#shim.heal();
    troubles.push(...this.#judge(earlier, lines));
    return {
      fired,
      call: this.#shim.lastFailed,
      startRefused,
      refusals: cashier.refusals.length,
      alarms: lines.filter((line) => line.is === 'voice' && String(line['text']).includes('存储故障')).length,
      troubles,
    };
  }

  /** The gateway remembers the numbers of the days before, the copied disk does not. */
  #skipUsedNumbers(): void {
    this.#days += 1;
    const journal = new TerminalJournal({
      disk: new NodeDisk(),
      folder: join(this.#bench.dataDir, 'journal'),
      clock: new SystemClock(),
      version: 'between two days',
      onFailure: () => undefined,
    });
    const until = journal.ledger.counterUntil + 1000 * this.#days;
    journal.record([{ type: 'COUNTER_BLOCK', until }], { flush: true });
    journal.close();
  }

  /** Null when the terminal refused to start, with its one line judged. */
  async #start(troubles: string[]): Promise<Line | null> {
    try {
      return await this.#bench.powerUp(this.#shim.environment);
    } catch {
      const { terminal } = this.#bench;
      // A busy machine may need a second patience; a terminal that hangs outlasts that too.
      if (terminal.running) {
        const late = await terminal.next('ready', (line) => line.is === 'ready').catch(() => null);
        if (late !== null) return late;
      }
      if (terminal.running) throw new Error(`the terminal neither started nor ended: ${terminal.stderr}`);
      troubles.push(...refusalTroubles(terminal, await terminal.exited()));
      return null;
    }
  }

  #judge(earlier: ReadonlySet<string>, lines: readonly Line[]): string[] {
    const { book } = this.#bench;
    try {
      const entries = readJournal(this.#bench.dataDir);
      const today = { ...book, orders: book.orders.filter(({ number }) => !earlier.has(number)) };
      return [
        ...contradictions({ book: today, entries, lines }),
        ...unresolvedOrders(entries).map((order) => `order ${order} has no end`),
      ];
    } catch (error) {
      return [`the journal cannot be read afterwards: ${String(error)}`];
    }
  }
}

/** A terminal that cannot start ends with a status and one line that a person can read. */
export function refusalTroubles(terminal: HeadlessTerminal, status: number | null): string[] {
  const said = terminal.stderr.trim().split('\n');
  const troubles: string[] = [];
  if (status === 0 || status === null) troubles.push(`it ended with ${status}`);
  if (said.length !== 1) troubles.push(`it said ${said.length} lines: ${terminal.stderr}`);
  if (!/^till run: .{20,}/.test(said[0] ?? '')) troubles.push(`it said: ${said[0] ?? ''}`);
  return troubles;
}

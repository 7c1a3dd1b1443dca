import * as assert from 'uvu/assert';
import { Bench } from '../support/bench.ts';
import type { Line } from '../support/headless-terminal.ts';
import { contradictions, unresolvedOrders } from '../support/money-truth.ts';
import { readJournal } from '../support/read-journal.ts';
import { FaultShim } from './fault-shim.ts';
import { StubbornCashier } from './stubborn-cashier.ts';

/** A configured terminal whose disk and clock can be made to fail while it runs. */
export class FaultBench {
  readonly bench: Bench;
  readonly shim: FaultShim;
  readonly cashier: StubbornCashier;
  readonly #earlier: Line[] = [];

  private constructor(bench: Bench, shim: FaultShim) {
    this.bench = bench;
    this.shim = shim;
    this.cashier = new StubbornCashier(bench);
  }

  static async start(): Promise<FaultBench> {
    const bench = await Bench.open({
      config: { 'payment.windowMs': 20_000, 'reconcile.notFoundFinalAfterMs': 60_000 },
    });
    const made = new FaultBench(bench, new FaultShim(bench.dataDir));
    try {
      await made.powerUp();
      await bench.configure();
    } catch (error) {
      await made.close();
      throw error;
    }
    return made;
  }

  powerUp(): Promise<Line> {
    return this.bench.powerUp(this.shim.environment);
  }

  /** Ends this process life and keeps what it said. */
  async end(how: 'stop' | 'kill'): Promise<void> {
    const { terminal } = this.bench;
    if (how === 'kill') await terminal.kill();
    else assert.is(await terminal.stop(), 0, terminal.stderr.slice(-2000));
    this.#earlier.push(...terminal.lines);
  }

  /** Waits for every order's end, stops, and holds everything that was said, printed and written against the truth. */
  async mustHoldMoneyTruth(): Promise<void> {
    await this.bench.terminal.until('every truth', ({ openOrders }) => openOrders.length === 0);
    await this.end('stop');
    const entries = readJournal(this.bench.dataDir);
    assert.equal(contradictions({ book: this.bench.book, entries, lines: this.#earlier }), []);
    assert.equal(unresolvedOrders(entries), []);
  }

  async close(): Promise<void> {
    this.shim.close();
    await this.bench.close();
  }
}

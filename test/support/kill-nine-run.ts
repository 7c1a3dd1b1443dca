import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { yuanText } from '../../domain/fen.ts';
import type { JournalEntry } from '../../domain/journal-record.ts';
import type { Random } from '../../hal/random/contract.ts';
import { SeededRandom } from '../../hal/random/seeded-random.ts';
import type { Book } from '../../simulator/gateway/book.ts';
import { makeCode, type CodeKind } from '../../simulator/gateway/customer-codes.ts';
import { SCRIPT_YUAN } from '../../simulator/gateway/fault-script.ts';
import { startSandboxServer, type SandboxServer } from '../../simulator/gateway/server.ts';
import { FastClock } from './fast-clock.ts';
import { type DumpLine, HeadlessTerminal, type Line } from './headless-terminal.ts';
import { readJournal } from './read-journal.ts';

/** The gateway's two minutes take six seconds. */
const SPEED = 20;
const FAULTS = [
  'lost-before-charging',
  'lost-after-charging',
  'status-3-paid',
  'status-103-not-taken',
  'truncated-json',
  'wrong-code',
  'http-502-charged',
  'silence-30s',
];

/** One process life as it was seen from outside. */
export interface Life {
  readonly lines: readonly Line[];
  readonly end: 'killed before ready' | 'killed' | 'killed in a sale' | 'stopped';
}

/** One terminal after all its lives. */
export interface Survivor {
  readonly lives: readonly Life[];
  readonly entries: readonly JournalEntry[];
}

export interface KillNineRun {
  readonly survivors: readonly Survivor[];
  readonly book: Book;
  readonly seconds: number;
}

/** Two terminals at one gateway are killed again and again in the middle of their work, and then asked for the truth. */
export async function runKillNine(options: { readonly kills: number; readonly seed: number }): Promise<KillNineRun> {
  const startedAt = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'till-kill-nine-'));
  const random = new SeededRandom(options.seed);
  const gateway = await startSandboxServer({
    dataDir: join(folder, 'gateway'),
    clock: new FastClock(SPEED),
    random,
    // In the gateway's time: half of the answers within 40 ms of ours, one in a hundred above 400 ms.
    settings: { latency: { kind: 'lognormal', p50Ms: 40 * SPEED, p99Ms: 400 * SPEED } },
  });
  try {
    const half = Math.floor(options.kills / 2);
    const survivors = await Promise.all(
      [half, options.kills - half].map((kills, index) => {
        const own = new SeededRandom(`${options.seed}-${index}`);
        return new Counter({ gateway, random: own, index, folder: join(folder, `terminal-${index}`) }).survive(kills);
      }),
    );
    return { survivors, book: gateway.sandbox.book(), seconds: (performance.now() - startedAt) / 1000 };
  } finally {
    await gateway.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One counter: a terminal that keeps its folder, and a cashier who goes on selling whatever happens. */
class Counter {
  readonly #gateway: SandboxServer;
  readonly #random: Random;
  readonly #index: number;
  readonly #folder: string;
  readonly #configFile: string;
  readonly #lives: Life[] = [];
  #sales = 0;
  #inSale = false;

  constructor(options: { gateway: SandboxServer; random: Random; index: number; folder: string }) {
    this.#gateway = options.gateway;
    this.#random = options.random;
    this.#index = options.index;
    this.#folder = options.folder;
    this.#configFile = `${options.folder}.json`;
    const { domains, caFile } = options.gateway;
    const config = {
      sn: `TILL_T1_00000${options.index}`,
      subTerminalType: 9001,
      gateway: { domains, caFile, connectTimeoutMs: 1500, requestTimeoutMs: 1000 },
      payment: { pollIntervalMs: 60, windowMs: 120_000 / SPEED },
      reconcile: { intervalMs: 150, notFoundFinalAfterMs: 1500 },
    };
    writeFileSync(this.#configFile, JSON.stringify(config));
  }

  async survive(kills: number): Promise<Survivor> {
    const first = this.#powerUp();
    await first.next('ready', ({ is }) => is === 'ready');
    first.scan(this.#configurationQr());
    await first.screen('configured');
    await first.stop();
    this.#lives.push({ lines: first.lines, end: 'stopped' });
    for (let kill = 0; kill < kills; kill += 1) await this.#liveAndDie();
    const last = this.#powerUp();
    await last.next('ready', ({ is }) => is === 'ready');
    // A slow machine sells little between two kills: the rest of the day's sales come now.
    while (this.#sales < 3 * kills) await this.#serve(last);
    // The last sales may have left it without paper; what is owed comes out once there is some.
    last.do({ do: 'printer', state: 'ok' });
    await last.until('every truth', ({ openOrders, actors }) => openOrders.length === 0 && !isOwing(actors));
    await last.stop();
    this.#lives.push({ lines: last.lines, end: 'stopped' });
    return { lives: this.#lives, entries: readJournal(this.#folder) };
  }

  #powerUp(): HeadlessTerminal {
    return new HeadlessTerminal({ configFile: this.#configFile, dataDir: this.#folder });
  }

  async #liveAndDie(): Promise<void> {
    const terminal = this.#powerUp();
    const selling = this.#sellUntilDeath(terminal);
    await this.#hourOfDeath(terminal);
    const wasReady = terminal.lines.some(({ is }) => is === 'ready');
    const inSale = this.#inSale;
    await terminal.kill();
    await selling;
    this.#lives.push({
      lines: terminal.lines,
      end: wasReady ? (inSale ? 'killed in a sale' : 'killed') : 'killed before ready',
    });
  }

  /** Anywhere in its start and its first seconds, or a moment after some customer showed a code. */
  async #hourOfDeath(terminal: HeadlessTerminal): Promise<void> {
    if (this.#chance(0.4)) return pause(this.#upTo(3500));
    const sales = this.#sales + 1 + Math.floor(this.#upTo(6));
    await terminal.ever('enough sales', () => this.#sales >= sales).catch(() => undefined);
    await pause(this.#upTo(250));
  }

  async #sellUntilDeath(terminal: HeadlessTerminal): Promise<void> {
    try {
      await terminal.next('ready', ({ is }) => is === 'ready');
      while (terminal.running) await this.#serve(terminal);
    } catch (error) {
      if (terminal.running) throw error;
    } finally {
      this.#inSale = false;
    }
  }

  async #serve(terminal: HeadlessTerminal): Promise<void> {
    if (this.#chance(0.03)) {
      terminal.press('cancel');
      terminal.scan(this.#configurationQr());
      await terminal.screen('configured');
    }
    if (this.#chance(0.1)) terminal.do({ do: 'printer', state: this.#chance(0.5) ? 'out-of-paper' : 'ok' });
    if (this.#chance(0.25)) this.#gateway.sandbox.arm({ script: this.#oneOf(FAULTS) });
    terminal.typeAmount(yuanText(this.#nextAmountFen()));
    await terminal.screen('present-code');
    this.#inSale = true;
    this.#sales += 1;
    terminal.scan(this.#code());
    const left = this.#chance(0.15);
    await terminal.next('the end of the sale', (line) => {
      if (line.is !== 'screen' || line['order'] === null) return false;
      return left || ['paid', 'failed', 'unknown'].includes(String(line['name']));
    });
    this.#inSale = false;
    if (left) terminal.press('cancel');
  }

  #code(): string {
    const platform = this.#chance(0.5) ? 'wechat' : 'alipay';
    const kind = this.#oneOf<CodeKind>(['plain', 'plain', 'plain', 'plain', 'password', 'stops', 'insufficient']);
    return makeCode(platform, kind, kind === 'plain' ? 0 : 3 + Math.floor(this.#upTo(12)), this.#random);
  }

  /** Every sale has an amount of its own, so that a second charge of the same sale cannot hide. */
  #nextAmountFen(): number {
    const amountFen = 2 * this.#sales + 1 + this.#index;
    return amountFen < SCRIPT_YUAN * 100 ? amountFen : amountFen + 100;
  }

  #configurationQr(): string {
    const deviceId = `dev-00${this.#index + 1}`;
    return `${this.#gateway.domains[0] ?? ''}${this.#gateway.sandbox.issueTicket({ deviceId }).pathAndQuery}`;
  }

  #chance(of: number): boolean {
    return this.#random.fraction() < of;
  }

  #upTo(limit: number): number {
    return this.#random.fraction() * limit;
  }

  #oneOf<Item>(items: readonly Item[]): Item {
    const item = items[Math.floor(this.#upTo(items.length))];
    if (item === undefined) throw new Error('nothing to choose from');
    return item;
  }
}

/** Whether something is still to be said or printed. */
function isOwing(actors: DumpLine['actors']): boolean {
  return ['announcer', 'printSpooler'].some((id) => {
    const { queue } = (actors[id]?.context ?? {}) as { readonly queue?: readonly unknown[] };
    return queue?.length !== 0;
  });
}

/** Power fails when it fails: here time itself is what is tested. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Platform } from '../../domain/platform.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import { SystemRandom } from '../../hal/random/system-random.ts';
import type { Book, TrueOrder } from '../../simulator/gateway/book.ts';
import { makeCode, type CodeKind } from '../../simulator/gateway/customer-codes.ts';
import { demoMerchants } from '../../simulator/gateway/merchant.ts';
import { startSandboxServer, type SandboxServer } from '../../simulator/gateway/server.ts';
import type { SandboxSettings } from '../../simulator/gateway/settings.ts';
import type { TicketRequest } from '../../simulator/gateway/ticket-office.ts';
import { FastClock } from './fast-clock.ts';
import { HeadlessTerminal, type Line, type ScreenLine } from './headless-terminal.ts';

export const SN = 'TILL_T1_000001';
export const SUB_TERMINAL_TYPE = 9001;

/** Keys of the configuration file, by their dotted path; null leaves the key out. */
export type ConfigChanges = Readonly<Record<string, unknown>>;

export interface BenchOptions {
  readonly settings?: Partial<SandboxSettings>;
  readonly config?: ConfigChanges;
  /** How fast the gateway's time runs. */
  readonly speed?: number;
  /** Serial number of another terminal that dev-001 is already bound to. */
  readonly boundSn?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A waiting order never ends by itself: the bench says when the customer types the password. */
const NO_HURRY_S = 999;

/** A sandbox gateway over TLS and a real terminal process before it, each with a folder of its own. */
export class Bench {
  readonly folder: string;
  readonly dataDir: string;
  readonly configFile: string;
  readonly gateway: SandboxServer;
  readonly random = new SystemRandom();
  readonly #environment: Readonly<Record<string, string>>;
  #terminal: HeadlessTerminal | null = null;

  private constructor(folder: string, gateway: SandboxServer, environment: Readonly<Record<string, string>>) {
    this.folder = folder;
    this.dataDir = join(folder, 'terminal');
    this.configFile = join(folder, 'till.json');
    this.gateway = gateway;
    this.#environment = environment;
  }

  /** Opens the gateway and writes the configuration file; no terminal runs yet. */
  static async open(options: BenchOptions = {}): Promise<Bench> {
    const folder = mkdtempSync(join(tmpdir(), 'till-bench-'));
    const gateway = await startSandboxServer({
      dataDir: join(folder, 'gateway'),
      clock: options.speed === undefined ? new SystemClock() : new FastClock(options.speed),
      random: new SystemRandom(),
      merchants: demoMerchants(options.boundSn),
      settings: options.settings ?? {},
    });
    const bench = new Bench(folder, gateway, options.environment ?? {});
    bench.writeConfig(options.config ?? {});
    return bench;
  }

  /** A configured terminal at its idle screen. */
  static async start(options: BenchOptions = {}): Promise<Bench> {
    const bench = await Bench.open(options);
    try {
      await bench.powerUp();
      await bench.configure();
    } catch (error) {
      await bench.close();
      throw error;
    }
    return bench;
  }

  /** The terminal of the present process life. */
  get terminal(): HeadlessTerminal {
    assert.ok(this.#terminal !== null, 'no terminal was started');
    return this.#terminal;
  }

  /** The configuration file with short times; the changes win. */
  writeConfig(changes: ConfigChanges): void {
    const keys: Record<string, unknown> = {
      sn: SN,
      subTerminalType: SUB_TERMINAL_TYPE,
      'gateway.domains': this.gateway.domains,
      'gateway.caFile': this.gateway.caFile,
      'gateway.connectTimeoutMs': 1500,
      'gateway.requestTimeoutMs': 2000,
      'payment.pollIntervalMs': 100,
      'payment.windowMs': 8000,
      'reconcile.intervalMs': 200,
      'reconcile.notFoundFinalAfterMs': 1000,
      ...changes,
    };
    writeFileSync(this.configFile, JSON.stringify(nested(keys), null, 2));
  }

  /** Starts a process life; resolves when a key may be pressed. */
  async powerUp(environment: Readonly<Record<string, string>> = {}): Promise<Line> {
    this.#terminal = new HeadlessTerminal({
      configFile: this.configFile,
      dataDir: this.dataDir,
      environment: { ...this.#environment, ...environment },
    });
    return this.#terminal.next('ready', (line) => line.is === 'ready');
  }

  /** A fresh configuration QR on the n-th domain. */
  configurationQr(request: TicketRequest = {}, domain = 0): string {
    return `${this.gateway.domains[domain] ?? ''}${this.gateway.sandbox.issueTicket(request).pathAndQuery}`;
  }

  async configure(request: TicketRequest = {}): Promise<void> {
    this.terminal.scan(this.configurationQr(request));
    await this.terminal.screen('configured');
    this.terminal.press('cancel');
    await this.terminal.screen('idle');
  }

  /** A fresh customer's code. A password is typed when the bench says so, unless `waitS` is given. */
  code(platform: Platform, kind: CodeKind = 'plain', waitS = kind === 'password' ? NO_HURRY_S : 0): string {
    return makeCode(platform, kind, waitS, this.random);
  }

  /** Types the amount and shows the code; resolves with the first screen that names the order. */
  async sell(yuan: string, code: string): Promise<ScreenLine> {
    this.terminal.typeAmount(yuan);
    await this.terminal.screen('present-code');
    this.terminal.scan(code);
    const named = await this.terminal.next(
      'a screen with an order number',
      (line) => line.is === 'screen' && line['name'] !== 'present-code' && line['order'] !== null,
    );
    return named as ScreenLine;
  }

  get book(): Book {
    return this.gateway.sandbox.book();
  }

  /** The order as it truly is. */
  truth(order: string | null): TrueOrder | undefined {
    return this.book.orders.find(({ number }) => number === order);
  }

  /** Every order of this amount. */
  ordersOf(amountFen: number): readonly TrueOrder[] {
    return this.book.orders.filter(({ totalFen }) => totalFen === amountFen);
  }

  async close(): Promise<void> {
    if (this.#terminal?.running === true) await this.#terminal.kill();
    await this.gateway.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function nested(keys: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const tree: Record<string, Record<string, unknown>> & Record<string, unknown> = {};
  for (const [path, value] of Object.entries(keys)) {
    if (value === null) continue;
    const [section = '', key] = path.split('.');
    if (key === undefined) tree[section] = value as Record<string, unknown>;
    else tree[section] = { ...tree[section], [key]: value };
  }
  return tree;
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { type FleetProcess, startFleetProcess } from '../../bin/start/fleet-process.ts';
import { consolePages } from '../../fleet/console/console-pages.ts';
import { SimulatedFleet } from '../../fleet/service/simulate/simulated-fleet.ts';
import { THE_SERVICE } from '../../fleet/service/state/audit-log.ts';
import { addToken, ROLES, type Role } from '../../fleet/service/state/operators.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import { SystemRandom } from '../../hal/random/system-random.ts';
import { silentLog } from './fleet-parts.ts';
import { hasPostgresql, startThrowawayPostgresql } from './throwaway-postgresql.ts';

const LOOPBACK = '127.0.0.1';
/** A step in the browser that takes longer than this hangs, also on a slow machine. */
const LOOK_MS = 50;
const PATIENCE_MS = 120_000;

/** A page of the console, and everything on it that a clean page does not do. */
export interface Visit {
  readonly page: Page;
  readonly faults: readonly string[];
}

/** A whole fleet service with its console, a browser in front of it, and operators of every role. */
export class ConsoleWorld {
  readonly fleet: FleetProcess;
  readonly url: string;
  readonly #browser: Browser;
  readonly #tokens: ReadonlyMap<Role, string>;
  readonly #remove: () => Promise<void>;
  readonly #simulated: SimulatedFleet[] = [];

  private constructor(parts: {
    readonly fleet: FleetProcess;
    readonly browser: Browser;
    readonly tokens: ReadonlyMap<Role, string>;
    readonly remove: () => Promise<void>;
  }) {
    this.fleet = parts.fleet;
    this.url = parts.fleet.service.url ?? '';
    this.#browser = parts.browser;
    this.#tokens = parts.tokens;
    this.#remove = parts.remove;
  }

  static async open(browser: Browser): Promise<ConsoleWorld> {
    const folder = mkdtempSync(join(tmpdir(), 'till-console-'));
    const postgresql = hasPostgresql() ? await startThrowawayPostgresql() : null;
    const [clock, random] = [new SystemClock(), new SystemRandom()];
    const fleet = await startFleetProcess({
      ...{ clock, random, log: silentLog, database: postgresql?.url ?? null, dataDir: folder, retentionDays: 7 },
      http: { host: LOOPBACK, port: 0 },
      broker: { kind: 'embedded', host: LOOPBACK, port: 0, hostNames: [LOOPBACK], tls: false },
      pages: consolePages(),
    });
    const tokens = new Map<Role, string>();
    for (const role of ROLES) {
      const parts = { db: fleet.store.db, random, nowMs: clock.wallMs() };
      const { token } = await addToken(parts, THE_SERVICE, { name: `a ${role}`, role, expiresMs: null });
      tokens.set(role, token);
    }
    const remove = async (): Promise<void> => {
      await postgresql?.remove();
      rmSync(folder, { recursive: true, force: true });
    };
    return new ConsoleWorld({ fleet, browser, tokens, remove });
  }

  /** Where terminals connect. */
  get broker(): string {
    return `mqtt://${LOOPBACK}:${this.fleet.brokerPort}`;
  }

  token(role: Role): string {
    return this.#tokens.get(role) ?? '';
  }

  /** Terminals of make-believe; resolves when each has been started. */
  async simulate(terminals: number, prefix: string, pauseMs: number | null): Promise<SimulatedFleet> {
    const simulated = new SimulatedFleet({
      ...{ clock: new SystemClock(), random: new SystemRandom(), terminals, prefix, pauseMs, perSecond: 1000 },
      ...{ servers: [{ host: LOOPBACK, port: this.fleet.brokerPort ?? 0 }], identityOf: null, software: '1.0.0' },
      ...{ telemetryMs: 2_000, downlinkQos: 1 },
    });
    this.#simulated.push(simulated);
    await simulated.start();
    return simulated;
  }

  /** Resolves when a terminal is there, as the service sees it: an unknown one cannot be commanded. */
  async online(tid: string): Promise<void> {
    const endMs = performance.now() + PATIENCE_MS;
    for (;;) {
      const { db } = this.fleet.store;
      const row = await db.selectFrom('terminals').select('online').where('tid', '=', tid).executeTakeFirst();
      if (row?.online === true) return;
      if (performance.now() > endMs) throw new Error(`${tid} never came on-line`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  /** A browser of its own for an operator who is signed in; null: a stranger. */
  async visit(role: Role | null, path: string, options: BrowserContextOptions = {}): Promise<Visit> {
    const context = await this.#browser.newContext({
      ...{ locale: 'en-GB', viewport: { width: 1440, height: 900 }, ...options },
    });
    context.setDefaultTimeout(PATIENCE_MS);
    if (role !== null) {
      const answer = await context.request.post(`${this.url}/api/v1/session`, { data: { token: this.token(role) } });
      if (!answer.ok()) throw new Error(`no session for a ${role}: ${answer.status()}`);
    }
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    page.on('pageerror', (error) => faults.push(error.message));
    await page.goto(`${this.url}${path}`, { timeout: PATIENCE_MS });
    return { page, faults };
  }

  async close(): Promise<void> {
    for (const simulated of this.#simulated) await simulated.stop();
    await this.fleet.stop();
    await this.#remove();
  }
}

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { request } from 'undici';
import { SimulatedFleet } from '../../fleet/service/simulate/simulated-fleet.ts';
import { SystemClock } from '../../hal/clock/system-clock.ts';
import { SystemRandom } from '../../hal/random/system-random.ts';
import { startThrowawayPostgresql, type ThrowawayPostgresql } from './throwaway-postgresql.ts';
import { FIRST, type ReleaseShelf, UpgradeBench } from './upgrade-bench.ts';
import type { Line } from './headless-terminal.ts';

/** A slow release must be seen before it is kept; a good one need not take so long. */
const IS_WHOLE = process.env['TILL_CAMPAIGN'] === 'whole';
const TILL = new URL('../../bin/till.mjs', import.meta.url).pathname;
const LOOK_MS = 500;
/** Between two customers. */
const CUSTOMER_PAUSE_MS = 2500;
/** For a whole campaign, on a machine that does other things too. */
const PATIENCE_MS = 900_000;

/** What the API says of a campaign. */
export interface CampaignState {
  readonly id: string;
  readonly state: string;
  readonly why: string | null;
  readonly wave: number;
  readonly members: Readonly<Record<string, number>>;
  readonly causes: readonly { readonly cause: string; readonly why: string | null }[];
}

/** A till at a counter of ours: a real terminal behind the real launcher, and every order that it sold. */
export class Counter {
  readonly tid: string;
  readonly bench: UpgradeBench;
  readonly orders: string[] = [];

  constructor(tid: string, bench: UpgradeBench) {
    this.tid = tid;
    this.bench = bench;
  }

  /** Starts of a release so far. */
  starts(version: string): number {
    return this.bench.terminal.all('ready').filter((line) => line['version'] === version).length;
  }

  /** A whole sale, unless the terminal restarts before the customer shows a code: then the cashier begins anew. */
  async sell(): Promise<void> {
    for (;;) {
      if (await this.#trySale()) return;
    }
  }

  async #trySale(): Promise<boolean> {
    const { terminal, bench } = this.bench;
    const isRestart = (line: Line): boolean => line.is === 'ready';
    const isScreen = (line: Line, name: string): boolean => line.is === 'screen' && line['name'] === name;
    const after = (from: number, what: string, fits: (line: Line) => boolean): Promise<Line> =>
      terminal.ever(what, (line) => terminal.lines.indexOf(line) >= from && (fits(line) || isRestart(line)));
    let from = terminal.lines.length;
    terminal.typeAmount('0.02');
    if (isRestart(await after(from, 'present-code', (line) => isScreen(line, 'present-code')))) {
      await after(terminal.lines.length - 1, 'idle', (line) => isScreen(line, 'idle'));
      return false;
    }
    from = terminal.lines.length;
    terminal.scan(bench.code('wechat'));
    const paid = await after(from, 'paid', (line) => isScreen(line, 'paid'));
    if (isRestart(paid)) throw new Error('the terminal restarted in the middle of a payment');
    this.orders.push(String(paid['order']));
    from = terminal.lines.length;
    terminal.press('cancel');
    await after(from, 'idle', (line) => isScreen(line, 'idle'));
    return true;
  }

  /** Sells until something holds; at least once. */
  async sellUntil(isOver: () => boolean): Promise<void> {
    for (;;) {
      await this.sell();
      if (isOver()) return;
      // Without a pause between customers nobody is ever idle, and a terminal that is never idle never restarts.
      await new Promise((resolve) => setTimeout(resolve, CUSTOMER_PAUSE_MS));
    }
  }

  /** Orders that were not charged exactly once. */
  wrong(): string[] {
    return this.orders.filter((order) => this.bench.bench.truth(order)?.charges !== 1);
  }
}

/** A real fleet service in its own process on a real PostgreSQL, real terminals, and simulated ones that speak the real contract. */
export class CampaignFleet {
  readonly counters: Counter[] = [];
  readonly #shelf: ReleaseShelf;
  readonly #folder = mkdtempSync(join(tmpdir(), 'till-campaign-fleet-'));
  readonly #database: ThrowawayPostgresql;
  readonly #ports: { readonly http: number; readonly mqtt: number };
  #simulated: SimulatedFleet | null = null;
  #service: ChildProcess | null = null;
  #admin = '';
  readonly #operators: string[] = [];

  private constructor(shelf: ReleaseShelf, database: ThrowawayPostgresql, ports: { http: number; mqtt: number }) {
    this.#shelf = shelf;
    this.#database = database;
    this.#ports = ports;
  }

  static async start(
    shelf: ReleaseShelf,
    { real, simulated }: { real: number; simulated: number },
  ): Promise<CampaignFleet> {
    const ports = { http: await freePort(), mqtt: await freePort() };
    const fleet = new CampaignFleet(shelf, await startThrowawayPostgresql(), ports);
    try {
      await fleet.startService();
      for (const name of ['Ann', 'Bob']) {
        const made = await fleet.#call(fleet.#admin, '/tokens', { name, role: 'operator' });
        fleet.#operators.push(String((made as { token: string }).token));
      }
      for (let index = 1; index <= real; index++) await fleet.#addCounter(`real-${index}`);
      await fleet.#addSimulated(simulated);
      await fleet.#allOnline(real + simulated);
      return fleet;
    } catch (error) {
      await fleet.close();
      throw error;
    }
  }

  async startService(): Promise<void> {
    const { http, mqtt } = this.#ports;
    const words = [TILL, 'fleet', '--json', '--plain', '--data', this.#folder, '--database', this.#database.url];
    const child = spawn(process.execPath, [...words, '--http-port', `${http}`, '--mqtt-port', `${mqtt}`], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.#service = child;
    const said = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).once('line', resolve);
      child.once('exit', (code) => reject(new Error(`the fleet service ended with ${String(code)}`)));
    });
    const { adminToken } = JSON.parse(said) as { adminToken: string | null };
    if (adminToken !== null) this.#admin = adminToken;
  }

  /** As when the machine takes it; nothing is said to anybody. */
  async killService(): Promise<void> {
    const child = this.#service;
    if (child === null) return;
    this.#service = null;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** Written by Ann, approved by Bob, started. */
  async campaign(version: string, plan: Record<string, unknown>): Promise<string> {
    const release = this.#shelf.workshop.repository.releases().find(({ facts }) => facts.version === version);
    if (release === undefined) throw new Error(`there is no release ${version}`);
    const [ann = '', bob = ''] = this.#operators;
    const { path: target, sha256 } = release;
    const made = await this.#call(ann, '/campaigns', { name: version, version, sha256, plan: { target, ...plan } });
    const { id } = made as CampaignState;
    await this.#call(bob, `/campaigns/${id}/approve`, { sha256 });
    await this.#call(ann, `/campaigns/${id}/start`, {});
    return id;
  }

  async state(id: string): Promise<CampaignState> {
    return (await this.#call(this.#admin, `/campaigns/${id}`)) as CampaignState;
  }

  /** Resolves when the campaign is as it should be. @throws Error that says how it is, after a quarter of an hour */
  async until(id: string, what: string, isSo: (state: CampaignState) => boolean): Promise<CampaignState> {
    const endMs = performance.now() + PATIENCE_MS;
    for (;;) {
      const now = await this.state(id).catch(() => null);
      if (now !== null && isSo(now)) return now;
      if (performance.now() > endMs) throw new Error(`${what} did not come: ${JSON.stringify(now)}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  /** The steps of one terminal's upgrades, with the reasons. */
  async history(tid: string): Promise<readonly { readonly state: string; readonly why: string | null }[]> {
    const { steps } = (await this.#call(this.#admin, `/terminals/${tid}/upgrades`)) as {
      steps: { state: string; why: string | null }[];
    };
    return steps;
  }

  async close(): Promise<void> {
    for (const { bench } of this.counters) await bench.close();
    await this.#simulated?.stop();
    await this.killService();
    await this.#database.remove();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #addCounter(tid: string): Promise<void> {
    const bench = await UpgradeBench.start(this.#shelf, ({ url }) => ({
      'upgrade.url': url,
      'upgrade.bytesPerSecond': 4_000_000,
      'upgrade.soakMs': IS_WHOLE ? 30_000 : 3000,
      'fleet.url': `mqtt://127.0.0.1:${this.#ports.mqtt}`,
      'fleet.tid': tid,
    }));
    this.counters.push(new Counter(tid, bench));
  }

  async #addSimulated(terminals: number): Promise<void> {
    this.#simulated = new SimulatedFleet({
      ...{ clock: new SystemClock(), random: new SystemRandom(), terminals, prefix: 'sim', identityOf: null },
      ...{ servers: [{ host: '127.0.0.1', port: this.#ports.mqtt }], telemetryMs: 10_000, pauseMs: 2000 },
      ...{ downlinkQos: 1, perSecond: 10, software: FIRST },
    });
    await this.#simulated.start();
  }

  /** A campaign takes the terminals that are known when it is written. */
  async #allOnline(terminals: number): Promise<void> {
    const endMs = performance.now() + PATIENCE_MS;
    for (;;) {
      const { online } = (await this.#call(this.#admin, '/summary')) as { readonly online: number };
      if (online === terminals) return;
      if (performance.now() > endMs) throw new Error(`${online} of ${terminals} terminals are online`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  async #call(token: string, path: string, body?: object): Promise<unknown> {
    // A connection of its own each time: the service closes idle ones, and a campaign must not be written twice.
    const { statusCode, body: answer } = await request(`http://127.0.0.1:${this.#ports.http}/api/v1${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
      reset: true,
    });
    const read: unknown = await answer.json();
    if (statusCode !== 200) throw new Error(`${path}: ${JSON.stringify(read)}`);
    return read;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

import { sql } from 'kysely';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { demoLabel } from '../../bin/start/demo-shops.ts';
import { simulatedId } from '../../fleet/service/simulate/simulated-fleet.ts';
import type { Role } from '../../fleet/service/state/operators.ts';
import { PATHS } from '../../fleet/console/paths.ts';
import { ConsoleWorld, type Visit } from './console-world.ts';
import { sampleBundle } from './sample-bundle.ts';

const TERMINALS = 24;
const CUSTOMER_MS = 3_000;
const LOOK_MS = 100;
const PATIENCE_MS = 180_000;
const HASH = 'ab'.repeat(32);

/** A page in a state that somebody meets: who, where, what is done there, and what is then to be seen. */
export interface TourStop {
  readonly name: string;
  readonly role: Role | null;
  readonly path: string;
  readonly ready: string;
  readonly act?: (page: Page) => Promise<void>;
}

/** A console with everything in it that an operator can meet, and the way through it. */
export class ConsoleTour {
  readonly world: ConsoleWorld;
  readonly stops: readonly TourStop[];

  private constructor(world: ConsoleWorld, stops: readonly TourStop[]) {
    this.world = world;
    this.stops = stops;
  }

  static async open(browser: Browser): Promise<ConsoleTour> {
    const world = await ConsoleWorld.open(browser);
    try {
      const guide = new Guide(world);
      await guide.fill();
      return new ConsoleTour(world, guide.stops());
    } catch (error) {
      await world.close();
      throw error;
    }
  }

  /** Goes there and does what is done there; resolves when it is to be seen. */
  async go({ role, path, act, ready }: TourStop, options: BrowserContextOptions = {}): Promise<Visit> {
    const visit = await this.world.visit(role, path, options);
    await act?.(visit.page);
    await visit.page.locator(ready).first().waitFor();
    return visit;
  }

  close(): Promise<void> {
    return this.world.close();
  }
}

const [ONE, TWO] = [simulatedId('sim', 0), simulatedId('sim', 1)];

/** Fills the service over its own API, as operators would. */
class Guide {
  readonly #world: ConsoleWorld;
  readonly #ids = new Map<string, string>();

  constructor(world: ConsoleWorld) {
    this.#world = world;
  }

  async fill(): Promise<void> {
    await this.#terminals();
    await this.#tokens();
    await this.#configurations();
    await this.#commands();
    await this.#campaigns();
    await this.#until('an alert', async () => {
      const { alerts } = await this.#call<{ alerts: unknown[] }>('viewer', 'GET', '/alerts');
      return alerts.length >= 3;
    });
    const { alerts } = await this.#call<{ alerts: { id: number }[] }>('viewer', 'GET', '/alerts');
    await this.#call('support', 'POST', `/alerts/${alerts[0]?.id ?? 0}/acknowledge`, { note: 'called the shop' });
  }

  async #terminals(): Promise<void> {
    const { db } = this.#world.fleet.store;
    await this.#world.simulate(TERMINALS, 'sim', CUSTOMER_MS);
    for (let n = 0; n < TERMINALS; n++) await this.#world.online(simulatedId('sim', n));
    await sql`insert into terminals (tid, first_seen_ms, online, online_changed_ms, offline_why, prn, sto, sw, hw, label)
      select 'pos-' || n, 1, false, 1, case n when 3 then 'lease' else 'stop' end,
        case n when 1 then 'out-of-paper' else 'ok' end, case n when 2 then 'failed' else 'ok' end, '0.9.4', 'pos-b', ''
      from generate_series(1, 5) n`.execute(db);
    for (let n = 0; n < TERMINALS; n++) {
      await db
        .updateTable('terminals')
        .set({ label: demoLabel(n) })
        .where('tid', '=', simulatedId('sim', n))
        .execute();
    }
  }

  async #tokens(): Promise<void> {
    for (const [name, role, days] of [
      ['night shift', 'support', 30],
      ['wall screen', 'viewer', null],
    ] as const) {
      await this.#call('admin', 'POST', '/tokens', { name, role, ...(days !== null && { days }) });
    }
    const { tokens } = await this.#call<{ tokens: { id: string; name: string }[] }>('admin', 'GET', '/tokens');
    const id = tokens.find(({ name }) => name === 'night shift')?.id ?? '';
    await this.#call('admin', 'DELETE', `/tokens/${id}`);
  }

  async #configurations(): Promise<void> {
    for (const [volumePercent, note] of [
      [40, 'quiet'],
      [90, 'loud'],
    ] as const) {
      const doc = { telemetryMs: 60_000, volumePercent, logLevel: 'info' };
      await this.#call('operator', 'POST', '/configurations', { doc, note });
    }
    const body = { ver: 2, filter: { q: 'sim-' }, waves: [20, 100], soakMs: 600_000, failuresMax: 0 };
    this.#keep('rollout', await this.#call('operator', 'POST', '/rollouts', body));
  }

  async #commands(): Promise<void> {
    const path = (tid: string): string => `/terminals/${tid}/commands`;
    await this.#call('support', 'POST', path(ONE), { op: 'domain-check' });
    await this.#call('operator', 'POST', path(ONE), { op: 'volume', args: { percent: 60 } });
    await this.#call('operator', 'POST', path('pos-3'), { op: 'restart' });
    const seen = async (): Promise<number> =>
      (await this.#call<{ snapshots: unknown[] }>('viewer', 'GET', `/terminals/${ONE}/snapshots`)).snapshots.length;
    for (let n = 1; n <= 2; n++) {
      await this.#call('support', 'POST', path(ONE), { op: 'snapshot', args: { followMs: 300_000 } });
      await this.#until('a snapshot', async () => (await seen()) >= n);
    }
  }

  async #campaigns(): Promise<void> {
    for (const [name, version, q, waves] of [
      ['draft', '1.2.0', 'sim-', [{ percent: 100 }]],
      ['stopped', '1.1.0-broken', TWO, [{ percent: 100 }]],
      ['running', '1.1.0', 'sim-0000', [{ count: 2 }, { percent: 50 }, { percent: 100 }]],
    ] as const) {
      const plan = { target: `till-${version}.zst`, filter: { q }, waves, soakMs: 3_600_000 };
      const made = await this.#call<{ id: string }>('operator', 'POST', '/campaigns', {
        ...{ name: `spring ${name}`, version, sha256: HASH, plan },
      });
      this.#keep(name, made);
      if (name === 'draft') continue;
      await this.#call('admin', 'POST', `/campaigns/${made.id}/approve`, { sha256: HASH });
      await this.#call('operator', 'POST', `/campaigns/${made.id}/start`, {});
      await this.#until(`the campaign ${name}`, async () => {
        const seen = await this.#call<{ state: string; members: Record<string, number> }>(
          ...(['viewer', 'GET', `/campaigns/${made.id}`] as const),
        );
        return name === 'stopped' ? seen.state === 'stopped' : (seen.members['ok'] ?? 0) > 0;
      });
    }
  }

  #keep(name: string, { id }: { readonly id: string }): void {
    this.#ids.set(name, id);
  }

  /** @throws Error with the service's own words for a refusal */
  async #call<Answer = { readonly id: string }>(
    role: Role,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Answer> {
    const headers = { authorization: `Bearer ${this.#world.token(role)}`, 'content-type': 'application/json' };
    const answer = await fetch(`${this.#world.url}/api/v1${path}`, {
      ...{ method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) },
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as Answer;
  }

  async #until(what: string, is: () => Promise<boolean>): Promise<void> {
    const endMs = performance.now() + PATIENCE_MS;
    while (!(await is())) {
      if (performance.now() > endMs) throw new Error(`${what} never came`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  stops(): TourStop[] {
    const id = (name: string): string => this.#ids.get(name) ?? '';
    const terminal = (path: string, tid = ONE): string => path.replace(':tid', tid);
    return [
      { name: 'sign-in', role: null, path: '/', ready: 'input[name="token"]' },
      { name: 'overview', role: 'viewer', path: PATHS.overview, ready: '.tiles a[data-tile="grave"]' },
      { name: 'terminals', role: 'viewer', path: PATHS.terminals, ready: '.grid-line' },
      { name: 'terminals-none', role: 'viewer', path: `${PATHS.terminals}?q=nobody`, ready: '.grid-list .nothing' },
      { name: 'terminal', role: 'operator', path: terminal(PATHS.terminal), ready: '.histogram' },
      { name: 'terminal-offline', role: 'viewer', path: terminal(PATHS.terminal, 'pos-2'), ready: 'table.alerts tr' },
      { name: 'terminal-unknown', role: 'viewer', path: terminal(PATHS.terminal, 'nobody'), ready: '[role="alert"]' },
      { name: 'inside', role: 'support', path: terminal(PATHS.inside), ready: '.chart [data-lit]' },
      {
        ...{ name: 'inside-compared', role: 'support', path: terminal(PATHS.inside), ready: '.differences' },
        act: async (page) => {
          const select = page.locator('.inside-tools select').nth(1);
          await select.locator('option').nth(2).waitFor({ state: 'attached' });
          await select.selectOption({ index: 2 });
          await page.locator('.choice button').nth(1).click();
          await page.locator('.every-chart [data-lit]').first().waitFor();
        },
      },
      { name: 'inside-none', role: 'viewer', path: terminal(PATHS.inside, TWO), ready: '.nothing' },
      { name: 'journal', role: 'viewer', path: terminal(PATHS.journal), ready: 'table.journal tbody tr' },
      { name: 'commands', role: 'operator', path: terminal(PATHS.commands), ready: 'tr[data-state="done"]' },
      { name: 'commands-waiting', role: 'viewer', path: terminal(PATHS.commands, 'pos-3'), ready: 'tr[data-command]' },
      {
        ...{ name: 'restart-asked', role: 'operator', path: terminal(PATHS.commands), ready: 'dialog' },
        act: (page) => page.locator('.command-bar button').nth(5).click(),
      },
      { name: 'alerts', role: 'admin', path: PATHS.alerts, ready: 'tr[data-alert]' },
      {
        ...{ name: 'alert-taken', role: 'support', path: PATHS.alerts, ready: 'dialog' },
        act: (page) => page.locator('tr[data-alert] button').first().click(),
      },
      { name: 'configuration', role: 'operator', path: PATHS.configuration, ready: '.diff' },
      {
        ...{ name: 'configuration-written', role: 'operator', path: PATHS.configuration, ready: 'dialog textarea' },
        act: (page) => page.locator('.page-head button.main').click(),
      },
      {
        ...{ name: 'configuration-applied', role: 'operator', path: PATHS.configuration },
        ready: 'dialog [data-preview]',
        act: (page) => page.locator('tr[data-version] button').first().click(),
      },
      { name: 'rollout', role: 'operator', path: PATHS.rollout.replace(':id', id('rollout')), ready: 'tr[data-tid]' },
      { name: 'campaigns', role: 'operator', path: PATHS.campaigns, ready: 'tr[data-campaign]' },
      {
        ...{ name: 'campaign-written', role: 'operator', path: PATHS.campaigns, ready: 'dialog [data-preview]' },
        act: (page) => page.locator('.page-head button.main').click(),
      },
      ...['draft', 'running', 'stopped'].map((name) => ({
        ...{
          name: `campaign-${name}`,
          role: 'operator' as const,
          ready: name === 'draft' ? '.nothing' : 'tr[data-tid]',
        },
        path: PATHS.campaign.replace(':id', id(name)),
      })),
      { name: 'audit', role: 'admin', path: PATHS.audit, ready: 'tr[data-action]' },
      { name: 'tokens', role: 'admin', path: PATHS.tokens, ready: 'tr[data-token]' },
      {
        ...{ name: 'token-made', role: 'admin', path: PATHS.tokens, ready: 'dialog form' },
        act: (page) => page.locator('.page-head button.main').click(),
      },
      { name: 'bundle-none', role: 'viewer', path: PATHS.bundle, ready: 'input[type="file"]' },
      {
        ...{ name: 'bundle', role: 'viewer', path: PATHS.bundle, ready: 'tr[data-check]' },
        act: async (page) => {
          const buffer = Buffer.from(JSON.stringify(sampleBundle()));
          await page.setInputFiles('input[type="file"]', { name: 'b.json', mimeType: 'application/json', buffer });
        },
      },
      {
        ...{ name: 'keys', role: 'viewer', path: PATHS.overview, ready: 'dialog' },
        act: async (page) => {
          await page.locator('.tiles a').first().waitFor();
          await page.keyboard.press('?');
        },
      },
      { name: 'no-page', role: 'viewer', path: '/nothing-here', ready: 'main a' },
    ];
  }
}

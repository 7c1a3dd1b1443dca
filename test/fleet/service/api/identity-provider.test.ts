import { createServer } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ProviderSettings } from '../../../../fleet/service/api/identity-provider.ts';
import { type FleetService, startFleetService } from '../../../../fleet/service/fleet-service.ts';
import type { UplinkSource } from '../../../../fleet/service/ingest/uplink-source.ts';
import { auditPage } from '../../../../fleet/service/state/audit-log.ts';
import type { FleetStore } from '../../../../fleet/service/store/fleet-store.ts';
import { SystemClock } from '../../../../hal/clock/system-clock.ts';
import { SystemRandom } from '../../../../hal/random/system-random.ts';
import { silentLog } from '../../../support/fleet-parts.ts';
import { openAnyStore } from '../../../support/fleet-stores.ts';
import { startThrowawayProvider, type ThrowawayProvider } from '../../../support/throwaway-provider.ts';

const oidc = suite('fleet/service/api/identity-provider');
const PEOPLE = {
  lin: { groups: ['staff', 'till-operators'], email: 'lin@shop.test' },
  wu: { groups: ['till-support', 'till-admins'], email: 'wu@shop.test' },
  guest: { groups: ['staff'], email: 'guest@shop.test' },
  odd: { groups: 'till-support' },
};
const ROLES = { viewer: [], support: ['till-support'], operator: ['till-operators'], admin: ['till-admins'] };
const SECRET = 'a secret that nobody guesses';
const nobody: UplinkSource = {
  open: () => Promise.resolve(),
  send: () => undefined,
  stopReading: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

let store: FleetStore;
let remove: () => Promise<void>;
let provider: ThrowawayProvider;
let service: FleetService;
let settings: ProviderSettings;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A browser as far as cookies and redirects go. */
class Visitor {
  readonly #jars = new Map<string, Map<string, string>>();
  readonly visited: string[] = [];

  async fetch(url: URL): Promise<Response> {
    const jar = this.#jars.get(url.origin) ?? new Map<string, string>();
    this.#jars.set(url.origin, jar);
    this.visited.push(url.href);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      if (/max-age=0|expires=thu, 01 jan 1970/i.test(line)) jar.delete(pair.slice(0, at));
      else jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return answer;
  }

  /** Signs in as a person, as far as it goes; `change` may meddle with each step. */
  async signIn(as: string, change: (url: URL) => void = () => undefined): Promise<Response> {
    let url = new URL('/api/v1/session/oidc', service.url ?? '');
    for (;;) {
      const answer = await this.fetch(url);
      const next = answer.headers.get('location');
      if (next === null || next === '/') return answer;
      url = new URL(next, url);
      if (url.pathname.startsWith('/interaction/')) url.searchParams.set('as', as);
      change(url);
    }
  }

  async whoAmI(): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
    const answer = await this.fetch(new URL('/api/v1/session', service.url ?? ''));
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }
}

async function startService(): Promise<void> {
  service = await startFleetService({
    ...{ store: { ...store, close: () => Promise.resolve() }, source: nobody, clock: new SystemClock() },
    ...{ random: new SystemRandom(), log: silentLog, provider: settings },
    http: { host: '127.0.0.1', port: Number(settings.publicUrl.port) },
  });
}

oidc.before(async () => {
  ({ store, remove } = await openAnyStore());
  const publicUrl = new URL(`http://127.0.0.1:${await freePort()}`);
  const redirectUri = new URL('/api/v1/session/oidc/callback', publicUrl).href;
  provider = await startThrowawayProvider({ redirectUri, people: PEOPLE, secret: SECRET });
  settings = {
    ...{ issuer: provider.issuer, publicUrl, clientId: 'till-fleet', clientSecret: SECRET },
    ...{ scope: 'openid email', claim: 'groups', roles: ROLES },
  };
  await startService();
});
oidc.after(async () => {
  await service.close();
  await provider.close();
  await store.close();
  await remove();
});

oidc('somebody whom the provider vouches for has the highest role of the claim, and is in the audit log', async () => {
  const visitor = new Visitor();
  const end = await visitor.signIn('lin');
  assert.equal([end.status, end.headers.get('location')], [302, '/']);
  assert.match(end.headers.getSetCookie().join('\n'), /till_fleet=[^;]+;.*HttpOnly; SameSite=Strict/);
  assert.equal((await visitor.whoAmI()).body, { name: 'lin@shop.test', role: 'operator' });
  const admin = new Visitor();
  await admin.signIn('wu');
  assert.equal((await admin.whoAmI()).body, { name: 'wu@shop.test', role: 'admin' });
  const odd = new Visitor();
  await odd.signIn('odd');
  assert.equal((await odd.whoAmI()).body, { name: 'odd', role: 'support' }, 'a claim of one text');
  const { entries } = await auditPage(store.db, { before: null, limit: 10 });
  const opened = (entries as { who: string; action: string; target: string }[]).map(({ who, action, target }) => [
    who,
    action,
    target,
  ]);
  assert.ok(opened.some((entry) => entry.join() === 'lin@shop.test,session.open,oidc:lin'));
  assert.ok(
    visitor.visited.every((url) => !url.includes('verifier')),
    'the verifier never travels through the provider’s pages',
  );
});

oidc('who has no role here stays outside, with words that say so', async () => {
  const visitor = new Visitor();
  const end = await visitor.signIn('guest');
  assert.is(end.status, 403);
  assert.match(await end.text(), /guest@shop.test has no role here/);
  assert.is((await visitor.whoAmI()).status, 401);
});

oidc('an answer that was meddled with, or belongs to another browser, opens nothing', async () => {
  const foreignState = new Visitor();
  const meddled = await foreignState.signIn('wu', (url) => {
    if (url.pathname.endsWith('/callback')) url.searchParams.set('state', 'x'.repeat(43));
  });
  assert.is(meddled.status, 401);
  let stolen: URL | null = null;
  const victim = new Visitor();
  await victim.signIn('wu', (url) => {
    if (url.pathname.endsWith('/callback')) stolen = new URL(url);
  });
  assert.ok(stolen !== null);
  const thief = new Visitor();
  assert.is((await thief.fetch(stolen)).status, 400, 'this browser never began');
  await thief.fetch(new URL('/api/v1/session/oidc', service.url ?? ''));
  assert.is((await thief.fetch(stolen)).status, 401, 'its own state is another one');
  assert.is((await thief.whoAmI()).status, 401);
  assert.is((await victim.fetch(stolen)).status, 400, 'a way back leads in once');
});

oidc('a session outlives neither its time nor a sign-out, and a token still signs in beside the provider', async () => {
  const ways = await fetch(`${service.url}/api/v1/session/ways`);
  assert.equal(await ways.json(), { token: true, oidc: '/api/v1/session/oidc' });
  const visitor = new Visitor();
  await visitor.signIn('lin');
  assert.is((await visitor.whoAmI()).status, 200);
  await store.db.updateTable('sessions').set({ expires_ms: 1 }).where('subject', '=', 'lin').execute();
  assert.is((await visitor.whoAmI()).status, 401);
});

oidc('a provider that is away is said to be away, and is found when it is back', async () => {
  const away = { ...settings, issuer: new URL(`http://127.0.0.1:${await freePort()}`) };
  await service.close();
  [settings] = [{ ...settings, ...away }];
  await startService();
  const answer = await new Visitor().fetch(new URL('/api/v1/session/oidc', service.url ?? ''));
  assert.is(answer.status, 502);
  assert.match(await answer.text(), /cannot be reached; a token signs in too/);
  await service.close();
  settings = { ...settings, issuer: provider.issuer };
  await startService();
  assert.is((await new Visitor().signIn('lin')).status, 302);
});

oidc.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeMessage } from '../../../fleet/contract/codec.ts';
import type { MessageOf } from '../../../fleet/contract/message-families.ts';
import { snapshotParts } from '../../../fleet/contract/snapshot-parts.ts';
import type { UpFamily } from '../../../fleet/contract/topics.ts';
import { startFleetService, type FleetService } from '../../../fleet/service/fleet-service.ts';
import type { UplinkSink } from '../../../fleet/service/ingest/uplink-sink.ts';
import type { UplinkSource } from '../../../fleet/service/ingest/uplink-source.ts';
import { THE_SERVICE, verifyAudit } from '../../../fleet/service/state/audit-log.ts';
import { addToken, ROLES, type Role } from '../../../fleet/service/state/operators.ts';
import type { FleetStore } from '../../../fleet/service/store/fleet-store.ts';
import { SystemClock } from '../../../hal/clock/system-clock.ts';
import { SystemRandom } from '../../../hal/random/system-random.ts';
import { sql } from 'kysely';
import { birthOf, eventRun, RecordingDownlink, silentLog } from '../../support/fleet-parts.ts';
import { openAnyStore } from '../../support/fleet-stores.ts';

/** Terminals at hand, without a broker between. */
class DirectSource extends RecordingDownlink implements UplinkSource {
  #sink: UplinkSink | null = null;

  async open(sink: UplinkSink): Promise<void> {
    this.#sink = sink;
  }

  async stopReading(): Promise<void> {}
  async close(): Promise<void> {}

  async say<Family extends UpFamily>(tid: string, family: Family, message: MessageOf[Family]): Promise<void> {
    const end = await this.#sink?.offer({ tid, family, packet: encodeMessage(family, message) });
    assert.is(end, 'committed');
  }
}

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

const api = suite('fleet/service/api');
const clock = new SystemClock();
const random = new SystemRandom();
const source = new DirectSource();
const tokens = new Map<Role, string>();
let service: FleetService;
let store: FleetStore;
let remove: () => Promise<void> = async () => undefined;

async function call(method: string, path: string, role: Role | null, body?: object): Promise<Answer> {
  const answer = await fetch(`${service.url}${path.startsWith('/api') ? path : `/api/v1${path}`}`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(role !== null && { authorization: `Bearer ${tokens.get(role)}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

const get = (path: string, role: Role = 'viewer'): Promise<Answer> => call('GET', path, role);

api.before(async () => {
  ({ store, remove } = await openAnyStore());
  service = await startFleetService({
    ...{ store, source, clock, random, log: silentLog, http: { host: '127.0.0.1', port: 0 }, roundMs: 50 },
  });
  for (const role of ROLES) {
    const parts = { db: store.db, random, nowMs: clock.wallMs() };
    const { token } = await addToken(parts, THE_SERVICE, { name: `a ${role}`, role, expiresMs: null });
    tokens.set(role, token);
  }
  await source.say('till-1', 'up/st', birthOf({ sn: 'SN0001', hw: 'pos-a' }));
  await source.say('till-2', 'up/st', birthOf({ sn: 'SN0002', sw: '2.0.0' }));
  await source.say('till-3', 'up/st', birthOf({ sn: 'XX_03' }));
  await source.say('till-1', 'up/ev', { e: 'e1', ev: eventRun(1, 120) });
});

api.after(async () => {
  await service.close();
  await remove();
});

api('nobody without a token sees anything, and a token that is wrong is told so', async () => {
  assert.is((await call('GET', '/terminals', null)).status, 401);
  const answer = await fetch(`${service.url}/api/v1/terminals`, { headers: { authorization: 'Bearer till_wrong' } });
  assert.is(answer.status, 401);
  assert.is((await fetch(`${service.url}/metrics`)).status, 401);
  assert.is((await fetch(`${service.url}/healthz`)).status, 200);
  assert.equal(await (await fetch(`${service.url}/readyz`)).json(), { ok: true, engine: store.engine });
});

api('the list is searched, filtered and read page by page', async () => {
  const ids = async (query: string): Promise<unknown> => {
    const { body } = await get(`/terminals?${query}`);
    return (body['terminals'] as { tid: string }[]).map(({ tid }) => tid);
  };
  assert.equal(await ids(''), ['till-1', 'till-2', 'till-3']);
  assert.equal(await ids('q=sn000'), ['till-1', 'till-2']);
  assert.equal(await ids('q=X_0'), ['till-3'], 'an underscore means itself');
  assert.equal(await ids('q=_00'), [], 'and matches nothing else');
  assert.equal(await ids('sw=2.0.0&presence=online'), ['till-2']);
  assert.equal(await ids('presence=offline'), []);
  const first = await get('/terminals?limit=2&count=yes');
  assert.is(first.body['count'], 3);
  assert.equal(await ids(`limit=2&after=${String(first.body['next'])}`), ['till-3']);
  assert.is((await get('/terminals?after=nonsense')).status, 400);
  assert.is((await get('/terminals?colour=blue')).status, 400);
  assert.equal(await ids('sort=alerts'), ['till-1', 'till-2', 'till-3']);
});

api('a terminal shows its presence, telemetry and journal', async () => {
  await source.say('till-1', 'up/tm', { e: 'e1', b: 1, s: 1, t: clock.wallMs(), up: 5, prn: 'ok', sto: 'ok' });
  const { body } = await get('/terminals/till-1');
  assert.is((body['presence'] as { online: boolean }).online, true);
  assert.is((body['telemetry'] as { document: { prn: string } }).document.prn, 'ok');
  assert.is((await get('/terminals/nobody')).status, 404);
  const page = await get('/terminals/till-1/events?limit=100');
  const events = page.body['events'] as { s: number }[];
  assert.equal([events[0]?.s, events.length], [120, 100]);
  const rest = await get(`/terminals/till-1/events?limit=100&before=${String(page.body['next'])}`);
  assert.equal([(rest.body['events'] as object[]).length, rest.body['next']], [20, null]);
  const labelled = await call('PATCH', '/terminals/till-1', 'support', { label: '七号店' });
  assert.is(labelled.body['label'], '七号店');
  assert.is(((await get('/terminals?q=七号')).body['terminals'] as object[]).length, 1);
});

api('a viewer cannot command, support cannot reboot, and every command is in the audit log', async () => {
  assert.is((await call('POST', '/terminals/till-1/commands', 'viewer', { op: 'snapshot' })).status, 403);
  assert.is((await call('POST', '/terminals/till-1/commands', 'support', { op: 'reboot' })).status, 403);
  assert.is((await call('POST', '/terminals/till-1/commands', 'admin', { op: 'refund' })).status, 400);
  assert.is(
    (await call('POST', '/terminals/till-1/commands', 'admin', { op: 'volume', args: { loud: 1 } })).status,
    400,
  );
  assert.is((await call('POST', '/terminals/nobody/commands', 'admin', { op: 'snapshot' })).status, 404);
  const issued = await call('POST', '/terminals/till-1/commands', 'operator', { op: 'volume', args: { percent: 30 } });
  assert.is(issued.status, 200);
  const sent = await source.until('till-1', 'dn/cm', ({ id }) => id === String(issued.body['id']));
  assert.equal([sent.op, sent.args, sent.by], ['volume', { percent: 30 }, 'a operator']);
  const { body } = await get('/audit?limit=5', 'operator');
  const entries = body['entries'] as { action: string; who: string; target: string }[];
  assert.equal(
    entries.slice(0, 1).map(({ action, who, target }) => [action, who, target]),
    [['command.volume', 'a operator', 'till-1']],
  );
});

api('a snapshot comes back whole, and its reports stream live', async () => {
  const issued = await call('POST', '/terminals/till-2/commands', 'support', {
    op: 'snapshot',
    args: { followMs: 1000 },
  });
  const id = String(issued.body['id']);
  const live = await fetch(`${service.url}/api/v1/live?tid=till-2`, {
    headers: { authorization: `Bearer ${tokens.get('viewer')}` },
  });
  const heard = readEvents(live, (text) => text.includes('event: snapshot') && text.includes('"n":2'));
  const actors = { payment: { machine: 'payment', state: { charging: 'querying' }, context: {} } };
  const snapshot = {
    ...{ at: clock.wallMs(), sw: '2.0.0', actors, transitions: [], journal: [], openOrders: [], openRefunds: [] },
  };
  await source.say('till-2', 'up/cr', { id, n: 1, st: 'accepted', t: 1 });
  for (const part of snapshotParts(id, snapshot)) await source.say('till-2', 'up/sn', part);
  await source.say('till-2', 'up/cr', { id, n: 2, st: 'progress', t: 2, res: { transitions: [{ n: 1 }] } });
  assert.match(await heard, '"transitions"');
  const read = await get(`/terminals/till-2/snapshots/${id}`);
  assert.equal(read.body['snapshot'], snapshot);
  assert.is(((await get('/terminals/till-2/snapshots')).body['snapshots'] as object[]).length, 1);
  const reports = (await get(`/commands/${id}?since=1`)).body['reports'] as { n: number }[];
  assert.equal(
    reports.map(({ n }) => n),
    [2],
  );
});

api('alerts rise and clear by themselves and can be taken over', async () => {
  await source.say('till-3', 'up/tm', {
    e: 'e1',
    b: 1,
    s: 1,
    t: clock.wallMs(),
    up: 5,
    prn: 'out-of-paper',
    sto: 'failed',
  });
  const kinds = async (): Promise<string[]> => {
    const { body } = await get('/alerts?tid=till-3');
    return (body['alerts'] as { kind: string }[]).map(({ kind }) => kind).toSorted();
  };
  await until(async () => (await kinds()).length === 2);
  assert.equal(await kinds(), ['paper-out', 'storage-failing']);
  assert.is(((await get('/terminals?sort=alerts')).body['terminals'] as { tid: string }[])[0]?.tid, 'till-3');
  assert.is(((await get('/terminals?alert=paper-out')).body['terminals'] as object[]).length, 1);
  const open = (await get('/alerts?kind=paper-out')).body['alerts'] as { id: number }[];
  const path = `/alerts/${open[0]?.id}/acknowledge`;
  assert.is((await call('POST', path, 'viewer', {})).status, 403);
  assert.is((await call('POST', path, 'support', { note: 'paper is on its way' })).status, 200);
  assert.is((await call('POST', path, 'support', {})).status, 409);
  await source.say('till-3', 'up/tm', { e: 'e1', b: 1, s: 2, t: clock.wallMs(), up: 6, prn: 'ok', sto: 'ok' });
  await until(async () => (await kinds()).length === 0);
  const strict = { offlineMs: 1000, unknownPercent: 50, unknownPaymentsMin: 1, clockOffMs: 1000 };
  assert.is((await call('PUT', '/thresholds', 'operator', strict)).status, 403);
  assert.equal((await call('PUT', '/thresholds', 'admin', strict)).body, strict);
  await source.say('till-3', 'up/tm', {
    ...{ e: 'e1', b: 1, s: 3, t: clock.wallMs() - 60_000, up: 7, cnt: { 'wechat.unknown': 3, 'wechat.paid': 2 } },
  });
  await until(async () => (await kinds()).length === 2);
  assert.equal(await kinds(), ['clock-wrong', 'unknown-rate']);
});

api('a configuration goes out in waves, and stops when too many refuse it', async () => {
  const made = await call('POST', '/configurations', 'operator', { doc: { volumePercent: 40 }, note: 'quieter' });
  const { ver, hash } = made.body as { ver: number; hash: string };
  assert.is((await call('POST', '/configurations', 'operator', { doc: { volumePercent: 400 } })).status, 400);
  assert.is((await call('POST', '/rollouts', 'support', { ver, filter: {} })).status, 403);
  const begun = await call('POST', '/rollouts', 'operator', { ver, filter: {}, waves: [30, 100], failuresMax: 0 });
  const id = String(begun.body['id']);
  const sentTo = (): string[] => source.sent.filter(({ family }) => family === 'dn/cf').map(({ tid }) => tid);
  await until(async () => sentTo().length === 1);
  const [canary = ''] = sentTo();
  assert.equal((await get(`/rollouts/${id}`)).body['members'], { sent: 1, waiting: 2 });
  await source.say(canary, 'up/cf', { ver, ok: true, hash, t: 1 });
  await until(async () => sentTo().length === 3);
  const [, second = '', third = ''] = sentTo();
  await source.say(second, 'up/cf', { ver, ok: true, hash: '0'.repeat(64), t: 1 });
  await until(async () => (await get(`/rollouts/${id}`)).body['state'] === 'paused');
  await source.say(third, 'up/cf', { ver, ok: true, hash, t: 1 });
  assert.equal((await get(`/rollouts/${id}`)).body['members'], { applied: 2, failed: 1 });
  assert.is((await call('POST', `/rollouts/${id}/pause`, 'operator')).status, 409);
  assert.is((await call('POST', `/rollouts/${id}/abort`, 'operator')).body['state'], 'aborted');
  const terminal = await get(`/terminals/${canary}`);
  assert.equal((terminal.body['configuration'] as { reported: { ver: number } }).reported.ver, ver);
});

api('a browser signs in for a cookie; other sites cannot use it; signing out ends it', async () => {
  const signIn = await fetch(`${service.url}/api/v1/session`, {
    method: 'POST',
    body: JSON.stringify({ token: tokens.get('support') }),
  });
  const cookie = signIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  assert.match(signIn.headers.get('set-cookie') ?? '', 'HttpOnly');
  const ask = (headers: Record<string, string>, method = 'GET'): Promise<Response> =>
    fetch(`${service.url}/api/v1/session`, { method, headers: { cookie, ...headers } });
  assert.equal(await (await ask({})).json(), { name: 'a support', role: 'support' });
  assert.is((await ask({ 'sec-fetch-site': 'cross-site' })).status, 403);
  assert.is((await ask({ origin: 'https://elsewhere.example' })).status, 403);
  await ask({}, 'DELETE');
  assert.is((await ask({})).status, 401);
});

api('a revoked token is worth nothing, and no token stands in the database', async () => {
  const made = await call('POST', '/tokens', 'admin', { name: 'for a week', role: 'admin', days: 7 });
  const { id, token } = made.body as { id: string; token: string };
  const listed = JSON.stringify((await get('/tokens', 'admin')).body);
  assert.not.match(listed, token);
  const rows = await sql`select * from tokens`.execute(store.db);
  assert.not.match(JSON.stringify(rows), token);
  assert.is((await call('DELETE', `/tokens/${id}`, 'admin')).status, 200);
  const answer = await fetch(`${service.url}/api/v1/summary`, { headers: { authorization: `Bearer ${token}` } });
  assert.is(answer.status, 401);
  assert.is((await call('POST', '/tokens', 'operator', { name: 'x', role: 'admin' })).status, 403);
});

api('the audit log shows what was changed, taken out or cut off', async () => {
  const verdict = await verifyAudit(store.db);
  assert.is(verdict.ok, true);
  assert.is((await get('/audit/verify', 'admin')).body['ok'], true);
  let refusal = '';
  await sql`update audit_log set who = 'nobody'`.execute(store.db).catch((error: Error) => (refusal = error.message));
  assert.match(refusal, 'append-only');
  await sql`alter table audit_log disable trigger audit_log_append_only`.execute(store.db);
  await sql`update audit_log set who = 'nobody' where n = 3`.execute(store.db);
  assert.equal(await verifyAudit(store.db), { ok: false, n: 3, why: 'it was changed' });
  await sql`delete from audit_log where n >= 3`.execute(store.db);
  assert.is((await verifyAudit(store.db)).ok, true, 'a log that was cut off is a shorter chain');
  const noted = verdict.ok ? { n: verdict.entries, hash: verdict.head } : null;
  assert.equal(await verifyAudit(store.db, noted), { ok: false, n: 3, why: 'the log ends before the noted entry' });
  await sql`alter table audit_log enable trigger audit_log_append_only`.execute(store.db);
});

api('the OpenAPI document names every route with its schemas', async () => {
  const { body } = await call('GET', '/openapi.json', null);
  const paths = body['paths'] as Record<string, Record<string, { requestBody?: object }>>;
  assert.ok(paths['/api/v1/terminals/{tid}/commands']?.['post']?.requestBody !== undefined);
  assert.ok(Object.keys(paths).length > 20);
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function readEvents(answer: Response, isEnough: (text: string) => boolean): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (isEnough(text)) break;
  }
  return text;
}

api.run();

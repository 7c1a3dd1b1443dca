import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Telemetry } from '../../../fleet/contract/telemetry.ts';
import { THE_SERVICE } from '../../../fleet/service/state/audit-log.ts';
import { acknowledgeAlert, alertPage, readThresholds, writeThresholds } from '../../../fleet/service/state/alerts.ts';
import { addConfiguration } from '../../../fleet/service/state/configurations.ts';
import { birthOf } from '../../support/fleet-parts.ts';
import { FleetHouse } from '../../support/fleet-house.ts';

const alerts = suite('fleet/service/state/alerts');
const NOON = Date.UTC(2026, 5, 1, 12);
const MINUTE_MS = 60_000;
let house: FleetHouse;
let telemetries = 0;

alerts.before(async () => {
  house = await FleetHouse.open(NOON);
});
alerts.after(async () => house.close());

const tell = async (tid: string, more: Partial<Telemetry>): Promise<void> => {
  telemetries += 1;
  const telemetry = { e: 'e1', b: 1, s: telemetries, t: house.clock.wallMs(), up: 1, prn: 'ok', sto: 'ok', ...more };
  assert.is(await house.worker.take(tid, 'up/tm', telemetry), 'committed');
};

/** What is open about a terminal after a round, with its detail. */
const open = async (tid: string, passMs = 0): Promise<Record<string, unknown>> => {
  await house.keep(passMs);
  const request = { state: 'open', kind: null, tid, acknowledged: null, before: null, limit: 50 } as const;
  const page = (await alertPage(house.store.db, request)) ?? { alerts: [] };
  const lines = page.alerts as { kind: string; detail: unknown }[];
  return Object.fromEntries(lines.map(({ kind, detail }) => [kind, detail]));
};

const appears = async (tid: string): Promise<void> => {
  assert.is(await house.worker.take(tid, 'up/st', birthOf()), 'committed');
};

alerts('a terminal whose will came is offline after its time, and back with its birth', async () => {
  await appears('off-1');
  await house.worker.take('off-1', 'up/st', { on: 0, e: 'e1', b: 1 });
  assert.equal(await open('off-1', 14 * MINUTE_MS), {});
  assert.equal(await open('off-1', 2 * MINUTE_MS), { offline: { why: 'will' } });
  await house.worker.take('off-1', 'up/st', birthOf({ b: 2 }));
  assert.equal(await open('off-1'), {});
});

alerts('one that fell silent is offline by its lease; one that stopped in order never is', async () => {
  for (const tid of ['silent-1', 'stopped-1']) await appears(tid);
  await house.worker.take('stopped-1', 'up/st', { on: 0, e: 'e1', b: 1, why: 'stop' });
  assert.equal(await open('silent-1', 2 * MINUTE_MS), {}, 'the lease has run out just now');
  assert.equal(await open('silent-1', 16 * MINUTE_MS), { offline: { why: 'lease' } });
  assert.equal(await open('stopped-1'), {});
});

alerts('paper that is out and storage that fails show with the next telemetry, and go with the one after', async () => {
  await appears('paper-1');
  await tell('paper-1', { prn: 'out-of-paper', sto: 'failed' });
  assert.equal(await open('paper-1'), {
    'paper-out': { printer: 'out-of-paper' },
    'storage-failing': { storage: 'failed' },
  });
  await tell('paper-1', {});
  assert.equal(await open('paper-1'), {});
});

alerts('a clock that differs by more than five minutes is wrong, in either direction', async () => {
  await appears('clock-1');
  await tell('clock-1', { t: house.clock.wallMs() - 4 * MINUTE_MS });
  assert.equal(await open('clock-1'), {});
  for (const offMs of [-6 * MINUTE_MS, 6 * MINUTE_MS]) {
    await tell('clock-1', { t: house.clock.wallMs() + offMs });
    assert.equal(await open('clock-1'), { 'clock-wrong': { offMs } });
    await tell('clock-1', {});
    assert.equal(await open('clock-1'), {});
  }
});

alerts('no domain up stops payments; one of four does not', async () => {
  await appears('net-1');
  const dom = (ups: boolean[]) => ups.map((up, index) => ({ d: `d${index}`, up, ms: up ? 9 : null }));
  await tell('net-1', { dom: dom([false, false, false, true]) });
  assert.equal(await open('net-1'), {});
  await tell('net-1', { dom: dom([false, false, false, false]) });
  assert.equal(await open('net-1'), { 'no-domain': { domains: 4 } });
  await tell('net-1', { dom: dom([true, false, false, false]) });
  assert.equal(await open('net-1'), {});
});

alerts('a share of unknown payments counts from ten payments on, and ends with a new process', async () => {
  await appears('rate-1');
  await tell('rate-1', { cnt: { 'wechat.paid': 7, 'alipay.unknown': 2 } });
  assert.equal(await open('rate-1'), {}, 'nine payments say nothing');
  await tell('rate-1', { cnt: { 'wechat.paid': 18, 'alipay.unknown': 2 } });
  assert.equal(await open('rate-1'), { 'unknown-rate': { payments: 20, unknown: 2 } });
  await tell('rate-1', { b: 2, cnt: { 'wechat.paid': 1 } });
  assert.equal(await open('rate-1'), {});
});

alerts('a configuration that was refused shows why, until it is taken', async () => {
  await appears('wish-1');
  const { db } = house.store;
  const ver = await addConfiguration(db, THE_SERVICE, {
    doc: { volumePercent: 3 },
    note: '',
    nowMs: house.clock.wallMs(),
  });
  await db.updateTable('terminals').set({ desired_ver: ver }).where('tid', '=', 'wish-1').execute();
  const report = { ver, hash: 'a'.repeat(64), t: house.clock.wallMs() };
  await house.worker.take('wish-1', 'up/cf', { ...report, ok: false, err: 'too quiet' });
  assert.equal(await open('wish-1'), { 'configuration-refused': { ver, why: 'too quiet' } });
  await house.worker.take('wish-1', 'up/cf', { ...report, ok: true });
  assert.equal(await open('wish-1'), {});
});

alerts('a threshold that is changed judges what is stored already', async () => {
  await appears('limit-1');
  await tell('limit-1', { t: house.clock.wallMs() - 4 * MINUTE_MS });
  assert.equal(await open('limit-1'), {});
  const usual = await readThresholds(house.store.db);
  const set = (clockOffMs: number) =>
    writeThresholds(house.store.db, THE_SERVICE, { ...usual, clockOffMs }, house.clock.wallMs());
  await set(MINUTE_MS);
  assert.equal(await open('limit-1'), { 'clock-wrong': { offMs: -4 * MINUTE_MS } });
  await set(usual.clockOffMs);
  assert.equal(await open('limit-1'), {});
});

alerts('whoever takes one over leaves a note, once; a new one of the kind needs somebody again', async () => {
  await appears('note-1');
  await tell('note-1', { prn: 'out-of-paper' });
  await house.keep();
  const { db } = house.store;
  const state = async (which: 'open' | 'all') => {
    const request = { state: which, kind: null, tid: 'note-1', acknowledged: null, before: null, limit: 9 } as const;
    return ((await alertPage(db, request)) ?? { alerts: [] }).alerts as {
      id: number;
      ackedBy: string;
      ackedNote: string;
    }[];
  };
  const [alert] = await state('open');
  const taken = { id: alert?.id ?? 0, note: 'a roll is on its way', nowMs: house.clock.wallMs() };
  const lin = { name: 'lin', role: 'support' };
  assert.is(await acknowledgeAlert(db, lin, taken), true);
  assert.is(await acknowledgeAlert(db, { name: 'wu', role: 'support' }, taken), false);
  assert.equal(
    (await state('open')).map(({ ackedBy, ackedNote }) => [ackedBy, ackedNote]),
    [['lin', 'a roll is on its way']],
  );
  await tell('note-1', {});
  await house.keep(1000);
  await tell('note-1', { prn: 'out-of-paper' });
  await house.keep(1000);
  assert.equal(
    (await state('open')).map(({ ackedBy }) => ackedBy),
    [null],
  );
  assert.is((await state('all')).length, 2, 'the earlier one is history');
});

alerts.run();

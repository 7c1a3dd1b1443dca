import { sql } from 'kysely';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { snapshotParts } from '../../../fleet/contract/snapshot-parts.ts';
import { expireLeases } from '../../../fleet/service/ingest/commit-presence.ts';
import type { FleetStore } from '../../../fleet/service/store/fleet-store.ts';
import { openPglite } from '../../../fleet/service/store/open-pglite.ts';
import { openPostgresql } from '../../../fleet/service/store/open-postgresql.ts';
import { SystemClock } from '../../../hal/clock/system-clock.ts';
import { birthOf, eventRun, silentLog, TestWorker } from '../../support/fleet-parts.ts';
import {
  hasPostgresql,
  startThrowawayPostgresql,
  type ThrowawayPostgresql,
} from '../../support/throwaway-postgresql.ts';

/** The same stories on every engine of the store. */
function ingestSuite(name: string, open: () => Promise<FleetStore>, done: () => Promise<void>): void {
  const ingest = suite(`fleet/service/ingest on ${name}`);
  let opened: FleetStore | null = null;
  const store = async (): Promise<FleetStore> => (opened ??= await open());

  ingest.after(async () => {
    await opened?.close();
    await done();
  });

  const storedOf = async (tid: string): Promise<number[]> => {
    const { db } = await store();
    const rows = await db.selectFrom('events').select('s').where('tid', '=', tid).orderBy('s').execute();
    return rows.map(({ s }) => s);
  };

  ingest('events are acknowledged after the commit, and stored once however often they come', async () => {
    const worker = new TestWorker(await store());
    await Promise.all([
      worker.take('once-1', 'up/ev', { e: 'e1', ev: eventRun(1, 150) }),
      worker.take('once-1', 'up/ev', { e: 'e1', ev: eventRun(1, 150) }),
      worker.take('once-1', 'up/ev', { e: 'e1', ev: eventRun(100, 200) }),
    ]);
    assert.is(await worker.take('once-1', 'up/ev', { e: 'e1', ev: eventRun(1, 200) }), 'committed');
    const acks = worker.downlink.of('once-1', 'dn/ack');
    assert.is(acks.at(-1)?.['s'], 200);
    assert.equal(
      await storedOf('once-1'),
      Array.from({ length: 200 }, (_, index) => index + 1),
    );
    await worker.close();
  });

  ingest('a gap is never acknowledged over: the missing part is asked for, and then all of it counts', async () => {
    const worker = new TestWorker(await store());
    await worker.take('gap-1', 'up/ev', { e: 'e1', ev: eventRun(1, 5) });
    await worker.take('gap-1', 'up/ev', { e: 'e1', ev: eventRun(11, 15) });
    assert.is(worker.downlink.of('gap-1', 'dn/ack').at(-1)?.['s'], 5);
    const asked = await worker.downlink.until('gap-1', 'dn/ack', (ack) => 'from' in ack);
    assert.is(asked['from'], 6);
    await worker.take('gap-1', 'up/ev', { e: 'e1', ev: eventRun(6, 12) });
    assert.is(worker.downlink.of('gap-1', 'dn/ack').at(-1)?.['s'], 15);
    assert.is((await storedOf('gap-1')).length, 15);
    await worker.close();
  });

  ingest('two workers share a terminal: neither acknowledges what the other has not committed', async () => {
    const [one, other] = [new TestWorker(await store(), 'one'), new TestWorker(await store(), 'other')];
    const batches = Array.from({ length: 20 }, (_, index) => ({
      e: 'e1',
      ev: eventRun(index * 10 + 1, index * 10 + 10),
    }));
    await Promise.all(
      batches.flatMap((batch, index) => [
        (index % 2 === 0 ? one : other).take('shared-1', 'up/ev', batch),
        (index % 3 === 0 ? one : other).take('shared-1', 'up/ev', batch),
      ]),
    );
    const acks = [...one.downlink.of('shared-1', 'dn/ack'), ...other.downlink.of('shared-1', 'dn/ack')];
    assert.is(Math.max(...acks.map((ack) => Number(ack['s']))), 200);
    assert.is((await storedOf('shared-1')).length, 200);
    await Promise.all([one.close(), other.close()]);
  });

  ingest('a new epoch counts from its own start', async () => {
    const worker = new TestWorker(await store());
    await worker.take('epoch-1', 'up/ev', { e: 'old', ev: eventRun(1, 3) });
    await worker.take('epoch-1', 'up/ev', { e: 'new', ev: eventRun(1, 2) });
    assert.equal(
      worker.downlink.of('epoch-1', 'dn/ack').map((ack) => [ack.e, ack['s']]),
      [
        ['old', 3],
        ['new', 2],
      ],
    );
    await worker.close();
  });

  ingest('a birth gets what the terminal missed; a restored database asks for the rest again', async () => {
    const worker = new TestWorker(await store());
    await worker.take('birth-1', 'up/ev', { e: 'e1', ev: eventRun(1, 9) });
    await worker.take('birth-1', 'up/st', birthOf({ lastAck: 4 }));
    await worker.downlink.until('birth-1', 'dn/ack', (ack) => ack['s'] === 9);
    await worker.take('birth-1', 'up/st', birthOf({ lastAck: 40 }));
    const again = await worker.downlink.until('birth-1', 'dn/ack', (ack) => 'from' in ack);
    assert.is(again['from'], 10);
    await worker.take('birth-1', 'up/jg', { e: 'e1', b: 1, t: 1, sw: '1.0.0', slot: null });
    assert.equal(await worker.downlink.until('birth-1', 'dn/jb', () => true), { job: null, ver: 0 });
    await worker.close();
  });

  ingest('presence follows births, deaths, traffic and the lease, and an old death says nothing', async () => {
    const worker = new TestWorker(await store());
    const { db } = await store();
    const shown = async (): Promise<unknown> => {
      const row = await db
        .selectFrom('terminals')
        .select(['online', 'offline_why', 'b'])
        .where('tid', '=', 'presence-1')
        .executeTakeFirst();
      return row === undefined ? null : [row.online, row.offline_why, row.b];
    };
    await worker.take('presence-1', 'up/st', birthOf({ b: 7 }));
    assert.equal(await shown(), [true, null, 7]);
    await worker.take('presence-1', 'up/st', { on: 0, b: 6 });
    assert.equal(await shown(), [true, null, 7], 'the will of an older boot');
    await worker.take('presence-1', 'up/st', birthOf({ b: 5 }));
    assert.equal(await shown(), [true, null, 7], 'the birth of an older boot');
    await Promise.all([
      worker.take('presence-1', 'up/st', birthOf({ b: 8 })),
      worker.take('presence-1', 'up/st', { on: 0, b: 8 }),
    ]);
    assert.equal(await shown(), [false, 'will', 8]);
    await worker.take('presence-1', 'up/st', birthOf({ b: 9 }));
    await worker.take('presence-1', 'up/st', { on: 0, b: 9, why: 'stop' });
    assert.equal(await shown(), [false, 'stop', 9]);
    await worker.take('presence-1', 'up/st', birthOf({ b: 9 }));
    const later = new SystemClock().wallMs() + 61_000;
    const gone = await db.transaction().execute((trx) => expireLeases(trx, later));
    assert.ok(gone.includes('presence-1'));
    assert.equal(await shown(), [false, 'lease', 9]);
    await sql`update terminals set online_changed_ms = 1 where tid = 'presence-1'`.execute(db);
    await worker.take('presence-1', 'up/tm', { e: 'e1', b: 9, s: 1, t: 1, up: 1 });
    assert.equal(await shown(), [true, null, 9], 'it speaks, so it is there');
    await worker.close();
  });

  ingest('the newest telemetry wins, whatever the order of arrival', async () => {
    const worker = new TestWorker(await store());
    const { db } = await store();
    const telemetry = (b: number, s: number, rss: number) => ({
      ...{ e: 'e1', b, s, t: new SystemClock().wallMs(), up: 1, mem: { rss, heap: 1 }, prn: 'ok' },
      cnt: { 'wechat.paid': 8, 'alipay.unknown': 2 },
    });
    await worker.take('tm-1', 'up/tm', telemetry(2, 5, 500));
    await worker.take('tm-1', 'up/tm', telemetry(2, 4, 400));
    await worker.take('tm-1', 'up/tm', telemetry(1, 9, 900));
    const row = await db.selectFrom('terminal_live').selectAll().where('tid', '=', 'tm-1').executeTakeFirstOrThrow();
    assert.equal([row.tm_b, row.tm_s, row.paid_n, row.unknown_n], [2, 5, 10, 2]);
    assert.equal(row.tm?.['mem'], { rss: 500, heap: 1 });
    assert.ok(Math.abs(row.clock_off_ms ?? 1e9) < 60_000);
    await worker.close();
  });

  ingest('reports and snapshots count only when that terminal was asked', async () => {
    const worker = new TestWorker(await store());
    const { db } = await store();
    const nowMs = new SystemClock().wallMs();
    await db
      .insertInto('commands')
      .values({
        ...{
          id: 'snap-1',
          tid: 'asked-1',
          op: 'snapshot',
          args: '{}',
          by: 'a',
          issued_ms: nowMs,
          exp_ms: nowMs + 60_000,
        },
        changed_ms: nowMs,
      })
      .execute();
    const actors = { terminal: { machine: 'terminal', state: 'idle', context: { big: 'x'.repeat(200_000) } } };
    const parts = snapshotParts('snap-1', {
      ...{ at: nowMs, sw: '1.0.0', actors, transitions: [], journal: [], openOrders: [], openRefunds: [] },
    });
    for (const part of parts.toReversed()) {
      await worker.take('thief-1', 'up/sn', part);
      await worker.take('asked-1', 'up/sn', part);
    }
    await worker.take('thief-1', 'up/cr', { id: 'snap-1', n: 9, st: 'failed', t: nowMs });
    await worker.take('asked-1', 'up/cr', { id: 'snap-1', n: 2, st: 'done', t: nowMs, pct: 100 });
    await worker.take('asked-1', 'up/cr', { id: 'snap-1', n: 1, st: 'accepted', t: nowMs });
    const snapshots = await db.selectFrom('snapshots').selectAll().where('id', '=', 'snap-1').execute();
    assert.equal(
      snapshots.map(({ tid, why, at_ms }) => [tid, why, at_ms]),
      [['asked-1', null, nowMs]],
    );
    const command = await db.selectFrom('commands').selectAll().where('id', '=', 'snap-1').executeTakeFirstOrThrow();
    assert.equal([command.st, command.n, command.pct], ['done', 2, 100]);
    await worker.close();
  });

  ingest('a malformed packet is refused and counted, and its neighbours are stored', async () => {
    const worker = new TestWorker(await store());
    const bad = new TextEncoder().encode('{"e":"e1","ev":[{"s":0}]}');
    const ends = await Promise.all([
      worker.take('good-1', 'up/ev', { e: 'e1', ev: eventRun(1, 1) }),
      worker.pipeline.offer({ tid: 'bad-1', family: 'up/ev', packet: bad }),
      worker.pipeline.offer({ tid: 'bad-1', family: 'up/ev', packet: new Uint8Array(70_000) }),
    ]);
    assert.equal(ends, ['committed', 'refused', 'refused']);
    const metrics = await worker.metrics.registry.metrics();
    assert.match(metrics, 'till_fleet_refused_total{family="up/ev",code="not-the-contract"} 1');
    assert.match(metrics, 'till_fleet_refused_total{family="up/ev",code="too-large"} 1');
    await worker.close();
  });

  ingest.run();
}

ingestSuite(
  'the embedded PGlite',
  () => openPglite(null),
  async () => undefined,
);

if (hasPostgresql()) {
  let server: ThrowawayPostgresql | null = null;
  ingestSuite(
    'a PostgreSQL server',
    async () => {
      server = await startThrowawayPostgresql();
      return openPostgresql(server.url, silentLog, new SystemClock());
    },
    async () => server?.remove(),
  );
} else {
  process.stdout.write('no PostgreSQL server here, not run: fleet/service/ingest on a PostgreSQL server\n');
}

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createWriteStream } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { verifyAudit, THE_SERVICE } from '../../../fleet/service/state/audit-log.ts';
import { addToken, operatorOfToken } from '../../../fleet/service/state/operators.ts';
import { addConfiguration } from '../../../fleet/service/state/configurations.ts';
import { backupStream, restoreBackup } from '../../../fleet/service/store/backup.ts';
import { lockData } from '../../../fleet/service/store/data-lock.ts';
import { dropOldPartitions, ensurePartitions } from '../../../fleet/service/store/event-partitions.ts';
import { openPostgresql } from '../../../fleet/service/store/open-postgresql.ts';
import { SystemClock } from '../../../hal/clock/system-clock.ts';
import { SystemRandom } from '../../../hal/random/system-random.ts';
import { birthOf, eventRun, silentLog, TestWorker } from '../../support/fleet-parts.ts';
import { openAnyStore } from '../../support/fleet-stores.ts';
import { hasPostgresql, startThrowawayPostgresql } from '../../support/throwaway-postgresql.ts';

const store = suite('fleet/service/store');
const clock = new SystemClock();
const random = new SystemRandom();
const folder = mkdtempSync(join(tmpdir(), 'till-store-'));
const DAY_MS = 86_400_000;

store.after(() => rmSync(folder, { recursive: true, force: true }));

store('a data folder has one owner, and a dead owner’s lock is taken over', () => {
  const unlock = lockData(folder);
  assert.throws(() => lockData(folder), /is in use by process/);
  unlock();
  writeFileSync(join(folder, 'fleet.lock'), JSON.stringify({ pid: process.pid, startTicks: 'another life' }));
  lockData(folder)();
  writeFileSync(join(folder, 'fleet.lock'), 'torn');
  lockData(folder)();
});

store('a backup brings everything back into another store, and a damaged one nothing', async () => {
  const [one, other] = [await openAnyStore(), await openAnyStore()];
  const worker = new TestWorker(one.store);
  await worker.take('kept-1', 'up/st', birthOf({ sn: 'SN1' }));
  await worker.take('kept-1', 'up/ev', { e: 'e1', ev: eventRun(1, 150) });
  const nowMs = clock.wallMs();
  const { token } = await addToken({ db: one.store.db, random, nowMs }, THE_SERVICE, {
    ...{ name: 'somebody', role: 'viewer', expiresMs: null },
  });
  await addConfiguration(one.store.db, THE_SERVICE, { doc: { volumePercent: 10 }, note: '', nowMs });
  const file = join(folder, 'backup.gz');
  await pipeline(backupStream(one.store.db, nowMs), createWriteStream(file));
  assert.not.match(gunzipSync(readFileSync(file)).toString(), token);

  const damaged = join(folder, 'damaged.gz');
  const text = gunzipSync(readFileSync(file)).toString();
  writeFileSync(damaged, gzipSync(text.replace('SN1', 'SN2')));
  let refusal = '';
  await restoreBackup(other.store.db, damaged).catch((error: Error) => (refusal = error.message));
  assert.match(refusal, 'changed');
  writeFileSync(damaged, gzipSync(text.slice(0, -200)));
  await restoreBackup(other.store.db, damaged).catch((error: Error) => (refusal = error.message));
  assert.match(refusal, 'cannot be read');
  assert.is((await other.store.db.selectFrom('terminals').selectAll().execute()).length, 0);

  await restoreBackup(other.store.db, file);
  const count = async (): Promise<number> => (await other.store.db.selectFrom('events').select('s').execute()).length;
  assert.is(await count(), 150);
  assert.is((await operatorOfToken(other.store.db, token, nowMs))?.name, 'somebody');
  assert.is((await verifyAudit(other.store.db)).ok, true);
  assert.is(await addConfiguration(other.store.db, THE_SERVICE, { doc: {}, note: '', nowMs }), 2, 'numbers go on');
  const again = new TestWorker(other.store);
  await again.take('kept-1', 'up/ev', { e: 'e1', ev: eventRun(100, 160) });
  assert.is(await count(), 160);
  await restoreBackup(other.store.db, file).catch((error: Error) => (refusal = error.message));
  assert.match(refusal, 'not empty');
  await Promise.all([worker.close(), again.close()]);
  for (const opened of [one, other]) {
    await opened.store.close();
    await opened.remove();
  }
});

store('days past their retention are dropped as a whole, and a late repeat of theirs is not stored again', async () => {
  const opened = await openAnyStore();
  const { db } = opened.store;
  const worker = new TestWorker(opened.store);
  await worker.take('old-1', 'up/ev', { e: 'e1', ev: eventRun(1, 20) });
  const later = clock.wallMs() + 40 * DAY_MS;
  await ensurePartitions(db, later);
  assert.is((await dropOldPartitions(db, later, 30)).length, 2);
  assert.is((await db.selectFrom('events').selectAll().execute()).length, 0);
  await ensurePartitions(db, clock.wallMs());
  await worker.take('old-1', 'up/ev', { e: 'e1', ev: eventRun(11, 22) });
  const left = await db.selectFrom('events').select('s').orderBy('s').execute();
  assert.equal(
    left.map(({ s }) => s),
    [21, 22],
  );
  await worker.close();
  await opened.store.close();
  await opened.remove();
});

if (hasPostgresql()) {
  store('PostgreSQL killed while events come: nothing acknowledged is lost, nothing is stored twice', async () => {
    const server = await startThrowawayPostgresql();
    const opened = await openPostgresql(server.url, silentLog, clock);
    const worker = new TestWorker(opened);
    const sends: Promise<unknown>[] = [];
    for (let batch = 0; batch < 40; batch++) {
      sends.push(worker.take('storm-1', 'up/ev', { e: 'e1', ev: eventRun(batch * 20 + 1, batch * 20 + 20) }));
      if (batch === 10) await worker.downlink.until('storm-1', 'dn/ack', () => true);
      if (batch === 20) await server.kill();
    }
    const acked = Math.max(...worker.downlink.of('storm-1', 'dn/ack').map((ack) => Number(ack['s'])));
    await server.start();
    await Promise.all(sends);
    await worker.downlink.until('storm-1', 'dn/ack', (ack) => ack['s'] === 800);
    const rows = await opened.db.selectFrom('events').select('s').orderBy('s').execute();
    assert.equal(
      rows.map(({ s }) => s),
      Array.from({ length: 800 }, (_, index) => index + 1),
    );
    assert.ok(acked <= 800);
    await worker.close();
    await opened.close();
    await server.remove();
  });
}

store.run();

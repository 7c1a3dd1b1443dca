import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LATENCY_BOUNDS_MS, type Telemetry } from '../../../fleet/contract/telemetry.ts';
import { historyOf, latencyHistory } from '../../../fleet/service/state/latency-history.ts';
import { historyPoints } from '../../../fleet/service/state/telemetry-history.ts';
import { dropOldPartitions } from '../../../fleet/service/store/event-partitions.ts';
import { FleetHouse } from '../../support/fleet-house.ts';

const history = suite('fleet/service/state/telemetry-history');
const NOON = Date.UTC(2026, 5, 1, 12);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
let house: FleetHouse;

history.before(async () => {
  house = await FleetHouse.open(NOON);
});
history.after(async () => house.close());

/** A histogram with `n` durations in its second bucket. */
const phase = (n: number) => ({ n, sum: n * 40, le: [0, n, ...LATENCY_BOUNDS_MS.slice(1).map(() => 0)] });

const tell = async (tid: string, b: number, s: number, more: Partial<Telemetry> = {}): Promise<void> => {
  const telemetry = { e: 'e1', b, s, t: house.clock.wallMs(), up: 1, ...more };
  assert.is(await house.worker.take(tid, 'up/tm', telemetry), 'committed');
};

const pointsOf = (tid: string, backMs: number) =>
  historyPoints(house.store.db, { tid, fromMs: house.clock.wallMs() - backMs, toMs: house.clock.wallMs() });

history('a point is kept each step, from the newest telemetry, with what happened since the one before', async () => {
  for (let i = 1; i <= 6; i++) {
    const cnt = { 'wechat.paid': i * 10, 'alipay.unknown': i };
    await tell('chart-1', 1, i, { mem: { rss: i * 1000, heap: 1 }, cnt, open: { orders: i, refunds: 0 } });
    // Housekeeping looks more often than it keeps.
    await house.keep(2.5 * MINUTE_MS);
  }
  const points = await pointsOf('chart-1', HOUR_MS);
  assert.equal(
    points.map(({ rss, payments, unknown, restarted }) => [rss, payments, unknown, restarted]),
    [
      [1000, null, null, false],
      [3000, 22, 2, false],
      [5000, 22, 2, false],
    ],
  );
});

history('a new process of the terminal counts from its own start, and the chart says so', async () => {
  await tell('chart-2', 1, 1, { cnt: { 'wechat.paid': 90 } });
  await house.keep(5 * MINUTE_MS);
  await tell('chart-2', 2, 1, { cnt: { 'wechat.paid': 3 } });
  await house.keep(5 * MINUTE_MS);
  await tell('chart-2', 2, 2, { cnt: { 'wechat.paid': 5 } });
  await house.keep(5 * MINUTE_MS);
  const points = await pointsOf('chart-2', HOUR_MS);
  assert.equal(
    points.map(({ payments, restarted }) => [payments, restarted]),
    [
      [null, false],
      [null, true],
      [2, false],
    ],
  );
});

history('a terminal that is silent gets no points, and one chart never has more than 500', async () => {
  await tell('chart-3', 1, 1);
  await house.keep(5 * MINUTE_MS);
  await house.keep(5 * MINUTE_MS);
  assert.is((await pointsOf('chart-3', HOUR_MS)).length, 1);
  const rows = Array.from({ length: 2_000 }, (_, i) => ({
    ...{ tid: 'chart-4', day: '2026-06-01', at_ms: NOON + i * 1000, e: 'e1', b: 1, paid_n: i, unknown_n: 0 },
  }));
  await house.store.db.insertInto('telemetry_points').values(rows).execute();
  const points = await historyPoints(house.store.db, { tid: 'chart-4', fromMs: NOON, toMs: NOON + HOUR_MS });
  assert.ok(points.length > 400 && points.length <= 500, String(points.length));
  assert.is(points.at(-1)?.atMs, NOON + 1_999_000, 'the newest is among them');
  assert.equal(
    [...new Set(points.slice(1).map(({ payments }) => payments))],
    [4],
    'thinned evenly, and nothing is lost',
  );
});

history(
  'latency is added up from hourly counters over restarts of the terminal, the newest telemetry included',
  async () => {
    const start = house.clock.wallMs();
    const say = (b: number, s: number, n: number) =>
      tell('slow-1', b, s, { ph: { pay: phase(n) }, cnt: { 'wechat.paid': n } });
    await say(1, 1, 10);
    await house.keep(HOUR_MS);
    await say(1, 2, 16);
    await house.keep(HOUR_MS);
    await say(2, 1, 4);
    await house.keep(HOUR_MS);
    await say(2, 2, 5);
    const range = { tid: 'slow-1', fromMs: start + MINUTE_MS, toMs: house.clock.wallMs() };
    const { phases, counts, steps } = await latencyHistory(house.store.db, range);
    assert.equal([phases['pay']?.n, phases['pay']?.sum, phases['pay']?.le[1]], [11, 440, 11]);
    assert.equal(counts, { 'wechat.paid': 11 });
    assert.equal(
      steps.map((step) => step.phases['pay']),
      [
        { n: 6, meanMs: 40 },
        { n: 4, meanMs: 40 },
        { n: 1, meanMs: 40 },
      ],
    );
  },
);

history('counters that another version wrote in its own way are left out, not misread', () => {
  const standing = { atMs: 5, e: 'e1', b: 1 };
  const { phases, steps } = historyOf([{ ...standing, ph: { pay: 'much' }, cnt: [1] }], 0);
  assert.equal([phases, steps.length], [{}, 1]);
});

history('days past their time are dropped as a whole, and the others stay', async () => {
  await tell('old-1', 1, 1);
  await house.keep(5 * MINUTE_MS);
  await house.keep(5 * 24 * HOUR_MS);
  await tell('old-1', 1, 2);
  await house.keep(5 * MINUTE_MS);
  const rows = await house.store.db.selectFrom('telemetry_points').select('at_ms').where('tid', '=', 'old-1').execute();
  assert.is(rows.length, 1, 'the housekeeper dropped the first day of the charts');
  assert.ok((await dropOldPartitions(house.store.db, house.clock.wallMs(), 1, 'telemetry_hours')).length > 0);
});

history.run();

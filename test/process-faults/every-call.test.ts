import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FaultDays, type Day, type FaultDay } from './fault-day.ts';
import type { Call, FaultError } from './fault-shim.ts';

// A few calls of each kind with every run of the tests; with TILL_FAULT_POINTS=all each call in turn, until none is left to fail.
const EVERY_CALL = process.env['TILL_FAULT_POINTS'] === 'all';
const WORKERS = 2;

interface Series {
  readonly day: Day;
  readonly error: FaultError;
  readonly calls: readonly Call[];
  /** The calls that are made to fail in the short run, counted from the start of the process. */
  readonly points: readonly number[];
}

interface Point {
  readonly series: Series;
  readonly first: number;
  readonly result: FaultDay;
}

const ALL: readonly Call[] = ['open', 'write', 'sync', 'rename', 'remove', 'read', 'look', 'folder'];
const FILLING: readonly Call[] = ['open', 'write', 'sync', 'rename', 'folder'];

const SERIES: readonly Series[] = [
  { day: 'used', error: 'EIO', calls: ALL, points: [3, 20, 38, 50, 54] },
  { day: 'new', error: 'EIO', calls: ALL, points: [2, 30] },
  { day: 'used', error: 'ENOSPC', calls: FILLING, points: [12] },
  { day: 'new', error: 'ENOSPC', calls: FILLING, points: [9] },
  { day: 'used', error: 'short', calls: ['write'], points: [2] },
  { day: 'new', error: 'short', calls: ['write'], points: [4] },
];

const test = suite<{ points: readonly Point[] }>('process-faults/every-call');

test.before(async (world) => {
  const waiting = [...SERIES];
  const workers = Array.from({ length: WORKERS }, async () => {
    const days = await FaultDays.open();
    const done: Point[] = [];
    try {
      for (let series = waiting.shift(); series !== undefined; series = waiting.shift()) {
        done.push(...(await runSeries(days, series)));
      }
    } finally {
      await days.close();
    }
    return done;
  });
  world.points = (await Promise.all(workers)).flat();
  process.stdout.write(`${reportOf(world.points)}\n`);
});

async function runSeries(days: FaultDays, series: Series): Promise<Point[]> {
  const { day, error, calls } = series;
  const done: Point[] = [];
  const points = EVERY_CALL ? Array.from({ length: 500 }, (_, index) => index + 1) : series.points;
  for (const first of points) {
    const result = await days.run(day, { calls, error, first });
    if (EVERY_CALL && !result.fired && result.troubles.length === 0) break;
    done.push({ series, first, result });
    if (EVERY_CALL) process.stdout.write(`${nameOf({ series, first, result })}\n`);
  }
  return done;
}

function nameOf({ series, first, result }: Point): string {
  const end = result.startRefused ? 'did not start' : `${result.refusals} refusals, ${result.alarms} alarms`;
  const troubles = result.troubles.map((trouble) => `\n    ${trouble}`).join('');
  return `a ${series.day} terminal, ${series.error} at call ${first} (${result.call}): ${end}${troubles}`;
}

test('a single failed file call loses nothing: the terminal sells again, or says in one line why it cannot start', ({
  points,
}) => {
  assert.equal(points.filter(({ result }) => result.troubles.length > 0).map(nameOf), []);
});

test('the faults met calls while starting and while selling, and those while selling raised the alarm', ({
  points,
}) => {
  const fired = points.filter(({ result }) => result.fired);
  assert.ok(fired.length >= points.length - 1, `${fired.length} of ${points.length} faults met a call`);
  assert.ok(fired.some(({ result }) => result.startRefused));
  assert.ok(fired.some(({ result }) => !result.startRefused && result.alarms > 0));
});

function reportOf(points: readonly Point[]): string {
  const count = (fits: (result: FaultDay) => boolean): number => points.filter(({ result }) => fits(result)).length;
  const series = SERIES.map((each) => {
    const own = points.filter((point) => point.series === each).length;
    return `${own} × ${each.error} (${each.day})`;
  });
  return [
    `${points.length} days with one failed file call each: ${series.join(', ')}`,
    `  ${count(({ startRefused }) => startRefused)} did not start and said why, ${count(({ alarms }) => alarms > 0)} raised the alarm`,
    `  ${count(({ troubles }) => troubles.length > 0)} broke a promise`,
  ].join('\n');
}

test.run();

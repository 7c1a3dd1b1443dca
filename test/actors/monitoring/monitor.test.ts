import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CallSpool, SPOOLED_MAX } from '../../../actors/monitoring/call-spool.ts';
import { Monitor } from '../../../actors/monitoring/monitor.ts';
import { DeviceStatistics } from '../../../actors/monitoring/statistics.ts';
import type { CallTrace, PaymentGateway } from '../../../domain/payment-gateway.ts';
import type { DeviceConfiguration } from '../../../domain/device-configuration.ts';
import { VirtualClock } from '../../../hal/clock/virtual-clock.ts';
import { SimulatedDisk } from '../../../hal/disk/simulated-disk.ts';
import { openCrashShop } from '../../support/crash-shop.ts';
import { settled } from '../../support/charts.ts';

const test = suite('actors/monitoring/monitor');
const INTERVAL_MS = 300_000;
type Report = Parameters<PaymentGateway['uploadMonitoring']>[0];

const trace = (logId: string, operation = 'query_order'): CallTrace => ({
  domain: 'https://a.test',
  operation,
  logId,
  status: 0,
  internalStatus: 0,
  description: '',
  connectMs: 12,
  requestMs: 30,
});

function desk(disk = new SimulatedDisk()) {
  const clock = new VirtualClock();
  const world = {
    idle: true,
    works: true,
    hangs: false,
    uploads: [] as Report[],
    aborted: 0,
    troubles: [] as string[],
  };
  const spool = new CallSpool({ disk, folder: '/data/monitor', onTrouble: (reason) => world.troubles.push(reason) });
  const monitor = new Monitor({
    clock,
    spool,
    statistics: new DeviceStatistics(),
    configuration: () => ({}) as DeviceConfiguration,
    chooseDomain: () => 'https://a.test',
    isIdle: () => world.idle,
    intervalMs: INTERVAL_MS,
    gateway: {
      uploadMonitoring: async (report, { signal }) => {
        world.uploads.push(report);
        const own = trace('u', 'upload_client_monitor_info');
        if (world.hangs) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        if (signal.aborted) world.aborted += 1;
        const done = world.works && !signal.aborted;
        return done ? { kind: 'done', trace: own } : { kind: 'unknown', reason: 'lost', waitMs: 0, trace: own };
      },
    },
  });
  const pass = async (ms: number): Promise<void> => {
    const until = clock.monotonicMs() + ms;
    for (let due = clock.nextDueMs; due !== null && due <= until; due = clock.nextDueMs) {
      clock.runNext();
      await settled();
    }
    clock.runUntil(until);
  };
  return { disk, clock, world, spool, monitor, pass };
}

test('calls are uploaded once, with their times, and an upload is no call to upload', async () => {
  const { world, monitor, pass } = desk();
  monitor.called(trace('1'));
  monitor.called(trace('2', 'upload_client_monitor_info'));
  await pass(3 * INTERVAL_MS);
  assert.is(world.uploads.length, 1);
  assert.equal(
    world.uploads[0]?.calls.map(({ trace: { logId } }) => logId),
    ['1'],
  );
  assert.is(world.uploads[0]?.calls[0]?.lines.length, 3);
  assert.is(world.uploads[0]?.machine['call.query_order'], 1);
});

test('nothing is uploaded while somebody pays, and what is on its way gives way', async () => {
  const { world, monitor, pass } = desk();
  monitor.called(trace('1'));
  world.idle = false;
  await pass(2 * INTERVAL_MS);
  assert.is(world.uploads.length, 0);
  world.idle = true;
  world.hangs = true;
  await pass(60_000);
  monitor.giveWay();
  await settled();
  assert.is(world.aborted, 1);
});

test('after a failure the pauses grow to an hour, and nothing is lost meanwhile', async () => {
  const { world, monitor, pass, spool } = desk();
  world.works = false;
  monitor.called(trace('1'));
  await pass(24 * 3_600_000);
  assert.ok(world.uploads.length < 30, `${world.uploads.length} uploads in a day`);
  world.works = true;
  await pass(3_600_000);
  assert.equal(spool.calls, []);
});

test('what waits is kept over a restart, bounded, the oldest dropped', async () => {
  const { disk, monitor, world, pass } = desk();
  world.works = false;
  for (let call = 0; call < SPOOLED_MAX + 50; call += 1) monitor.called(trace(String(call)));
  await pass(INTERVAL_MS);
  const next = desk(disk);
  assert.is(next.spool.calls.length, SPOOLED_MAX);
  assert.is(next.spool.calls[0]?.trace.logId, '50');
});

test('a spool that is damaged, or a disk that fails, costs the log and nothing else', async () => {
  const disk = new SimulatedDisk();
  disk.makeFolder('/data/monitor');
  const file = disk.open('/data/monitor/calls.json');
  file.write(Buffer.from('{"not":"ours"}'), 0);
  file.close();
  const { spool, world, monitor } = desk(disk);
  assert.equal(spool.calls, []);
  assert.is(world.troubles.length, 1);
  monitor.called(trace('1'));
  disk.inject({ call: 'any', nth: 1, code: 'ENOSPC', short: false });
  monitor.stop();
  assert.is(world.troubles.length, 2);
});

test('a terminal uploads its calls and counts when it is idle, and no secret is among them', async () => {
  const shop = await openCrashShop();
  const bodies: string[] = [];
  const { handle } = shop.sandbox;
  Object.assign(shop.sandbox, {
    handle: (request: Parameters<typeof handle>[0]) => {
      if (request.path.endsWith('upload_client_monitor_info')) bodies.push(request.body);
      return handle(request);
    },
  });
  await shop.terminal.sell(2005, 'wechat', 'password', 20);
  await shop.terminal.pass(40_000);
  await shop.terminal.pass(INTERVAL_MS + 60_000);
  assert.is(shop.sandbox.book().calls.upload_client_monitor_info, 1);
  const [body = ''] = bodies;
  assert.match(body, /payments\.paid/);
  assert.match(body, /"interface\\":100/);
  for (const code of [/13800800\d{10}/, /28800800\d{10}/]) assert.not.match(body, code);
});

test.run();

import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

import type { Presence } from '../../../hal/device-node/presence.ts';
import { DeviceWatchdog } from '../../../hal/watchdog/device-watchdog.ts';
import { SystemdNotify } from '../../../hal/watchdog/systemd-notify.ts';

const watchdog = suite('hal/watchdog');
const folder = mkdtempSync(join(tmpdir(), 'till-watchdog-'));
watchdog.after(() => rmSync(folder, { recursive: true, force: true }));

watchdog('a hardware watchdog watches from the first pet on, and is told when it may stop', async () => {
  const path = join(folder, 'watchdog');
  const unused = new DeviceWatchdog({ path });
  await unused.close();
  assert.not(existsSync(path));
  const used = new DeviceWatchdog({ path });
  used.pet();
  used.pet();
  assert.is(readFileSync(path, 'utf8'), '..');
  await used.close();
  await used.close();
  used.pet();
  assert.is(readFileSync(path, 'utf8'), '..V');
});

watchdog('a hardware watchdog that is not there is named and stops nothing', async () => {
  const presences: Presence[] = [];
  const path = join(folder, 'none', 'watchdog');
  const device = new DeviceWatchdog({ path, onPresence: (presence) => presences.push(presence) });
  device.pet();
  device.pet();
  assert.equal(presences, [
    { present: false, why: `${path} is not there: plug the watchdog in, or correct devices.watchdog` },
  ]);
  await device.close();
});

watchdog('systemd is told of the start, of every pet and of the end, and of nothing it does not watch', async () => {
  const program = join(folder, 'systemd-notify');
  writeFileSync(program, `#!/bin/sh\necho "$NOTIFY_SOCKET $*" >> "$0.calls"\n`);
  chmodSync(program, 0o755);
  const told = async (watchdogUs: number | null): Promise<string[]> => {
    rmSync(`${program}.calls`, { force: true });
    const systemd = new SystemdNotify({ socket: '/run/notify', watchdogUs, program });
    systemd.ready();
    await systemd.idle();
    systemd.pet();
    await systemd.idle();
    await systemd.close();
    return readFileSync(`${program}.calls`, 'utf8').trim().split('\n');
  };
  const [ready, pet, stopping] = ['--ready --status=ready', 'WATCHDOG=1', 'STOPPING=1'].map(
    (message) => `/run/notify --no-block ${message}`,
  );
  assert.equal(await told(60_000_000), [ready, pet, stopping]);
  assert.equal(await told(null), [ready, stopping]);
  assert.is(new SystemdNotify({ socket: 's', watchdogUs: 60_000_000, program }).petMs, 20_000);
});

watchdog('a missing systemd-notify is named', async () => {
  const presences: Presence[] = [];
  const systemd = new SystemdNotify({
    socket: '/run/notify',
    watchdogUs: 60_000_000,
    program: join(folder, 'no-notify'),
    onPresence: (presence) => presences.push(presence),
  });
  systemd.pet();
  await systemd.close();
  assert.match(presences[0]?.why ?? '', /^systemd cannot be told \(.*ENOENT\): set NotifyAccess=all$/);
});

watchdog.run();

import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { openShippedGlyphs } from '../bin/start/glyph-packs.ts';
import { SystemClock } from '../hal/clock/system-clock.ts';
import { SystemRandom } from '../hal/random/system-random.ts';
import { demoMerchants } from '../simulator/gateway/merchant.ts';
import { startSandboxServer } from '../simulator/gateway/server.ts';
import { commandLine, wholeNumber } from './command-line.ts';
import { journalOnDisk, judgeSales } from './lab/books.ts';
import { type Day, HOST, provision, startPaper, startTerminal, stopTerminal, terminalLog } from './lab/day.ts';
import { type Acceleration, Machine } from './lab/machine.ts';
import { fetchPackages, fetchRauc, missingPrograms } from './lab/packages.ts';
import { buildBoot, buildSystem, makeBootRecord } from './lab/upgrade-image.ts';
import { UpgradeServer } from './lab/upgrade-server.ts';
import {
  configure,
  halfInstalled,
  SALES,
  sell,
  tellSystems,
  tellVerity,
  told,
  toldByVoice,
  toldSteps,
  written,
} from './lab/upgrade-steps.ts';

const USAGE = `Usage: npm run lab:upgrade -- [--out DIR] [--cache DIR] [--kvm] [--memory MIB]

Boots the hardware lab's box with two whole systems, which RAUC writes through dm-verity of Debian's kernel.
The terminal finds each release by itself, on a server of the lab. One whose image was changed after it was signed is
refused by the kernel, and the terminal goes on selling. The next one is interrupted by a power cut, installed again,
started, tried with a payment, and kept. The log and what RAUC, the kernel and the terminal said are left in DIR.

Options:
  --out DIR       where the results go (lab-upgrade-run)
  --cache DIR     where Debian's packages are kept (~/.cache/till-lab)
  --kvm           the processor's own virtual machines, not software
  --memory MIB    of the box (512)

Exit codes: 0 when every step came about, 1 when one did not, 2 for options that cannot be understood, 3 when this
machine lacks a program (it is named).
`;
const EXIT_MISSING = 3;
const [FIRST, CHANGED, NEXT] = ['1.0.0', '1.1.0', '1.2.0'];
const RESTART_MS = 300_000;
const LOGS = ['terminal.log', 'rauc.log', 'verity.log', 'dbus.log'];

interface Places {
  readonly out: string;
  readonly cache: string;
  readonly memoryMiB: number;
  readonly acceleration: Acceleration;
}

/** The box between two starts, and everything around it. */
interface Shop {
  readonly vendor: UpgradeServer;
  /** Power on, until the terminal runs. */
  readonly powerOn: () => Promise<Day>;
  readonly say: (words: string) => void;
}

async function runUpgrade(places: Places): Promise<void> {
  const { out } = places;
  const work = join(out, 'work');
  const shared = join(work, 'shared');
  rmSync(out, { recursive: true, force: true });
  mkdirSync(shared, { recursive: true });
  const say = sayInto(join(out, 'lab-upgrade.log'));
  const clock = new SystemClock();
  const vendor = await UpgradeServer.open(join(work, 'vendor'), clock.wallMs());
  const gateway = await startSandboxServer({
    dataDir: join(work, 'gateway'),
    clock,
    random: new SystemRandom(),
    merchants: demoMerchants(),
    alsoReachedAt: [HOST],
  });
  const parts = { root: fetchPackages(places.cache), raucRoot: fetchRauc(places.cache), keyring: vendor.keyring, work };
  const boot = buildBoot(parts);
  const system = buildSystem(parts, FIRST);
  const spare = join(work, 'spare');
  execFileSync('truncate', ['-s', String(statSync(system).size), spare]);
  const record = makeBootRecord(join(work, 'boot-record'));
  const disk = join(work, 'disk.ext4');
  execFileSync('sh', ['-c', 'truncate -s 320M "$1" && PATH=$PATH:/sbin mkfs.ext4 -q -F "$1"', 'sh', disk]);
  say(`the box is built: two systems of ${statSync(system).size >> 20} MiB, the second one empty`);
  provision(gateway, shared);
  configureUpgrades(shared, vendor);
  const glyphs = openShippedGlyphs(16);
  let day: Day | null = null;
  const powerOn = async (): Promise<Day> => {
    rmSync(join(shared, 'terminal.log'), { force: true });
    const machine = await Machine.start({
      image: { ...boot, system },
      folder: work,
      disk,
      more: [spare, record],
      systemIsWritten: true,
      memoryMiB: places.memoryMiB,
      acceleration: places.acceleration,
    });
    day = { machine, gateway, shared, out, glyphs, say };
    say(`power on: ${await machine.shell.run('echo "system $(cat /run/booted), $(uname -sr)"')}`);
    await startPaper(day);
    await machine.shell.until('the service of RAUC', 'rauc status >/dev/null 2>&1');
    await startTerminal(day);
    say('the terminal has started');
    return day;
  };
  try {
    const last = await playUpgrade({ vendor, powerOn, say }, parts);
    await stopTerminal(last);
    writeFileSync(join(out, 'kernel.log'), await last.machine.shell.run('dmesg'));
    await last.machine.cut();
    day = null;
    judgeSales(gateway, Object.keys(SALES).length, journalOnDisk(disk, work), say);
    say('gateway and journal agree; the upgrade is done');
  } finally {
    for (const name of LOGS) writeFileSync(join(out, name), written({ shared }, name));
    if (day !== null) {
      const { machine } = day as Day;
      writeFileSync(join(out, 'kernel.log'), await machine.shell.run('dmesg').catch(() => ''));
      await machine.cut();
    }
    if (existsSync(join(work, 'console.log'))) copyFileSync(join(work, 'console.log'), join(out, 'console.log'));
    await vendor.close();
    await gateway.close();
  }
}

function sayInto(file: string): (words: string) => void {
  const begun = performance.now();
  return (words) => {
    const line = `${((performance.now() - begun) / 1000).toFixed(1).padStart(7)} s  ${words}`;
    console.log(line);
    appendFileSync(file, `${line}\n`);
  };
}

/** @returns the box that runs at the end */
async function playUpgrade({ vendor, powerOn, say }: Shop, parts: Parameters<typeof buildSystem>[0]): Promise<Day> {
  const image = buildSystem(parts, NEXT);
  const [bad, good] = [vendor.bundle(image, CHANGED), vendor.bundle(image, NEXT)];
  say(`two verity bundles are made: ${bad.size} and ${good.size}`);
  const first = await powerOn();
  await configure(first);
  await tellSystems(first);
  await sell(first, SALES.before, 'before any upgrade');

  vendor.publish(vendor.changed(bad.file), CHANGED);
  say(`${CHANGED} is published: signed, and a bit of its image was changed since RAUC's signature`);
  const { why } = await told(first, 'failed', CHANGED);
  say(`${CHANGED} is refused: ${why}`);
  const complaint = await first.machine.shell.run('dmesg | grep -i "verity.*corrupt" | head -n 2');
  say(`the kernel: ${complaint.split('\n')[0] ?? ''}`);
  await sell(first, SALES.refusing, 'after a wrong release was refused');
  expectIn(await tellSystems(first), 'A runs', 'ORDER=A B');

  vendor.publish(good.file, NEXT);
  say(`${NEXT} is published`);
  await told(first, 'offered', NEXT);
  await halfInstalled(first);
  await first.machine.cut();
  say('the power failed in the middle of the installation');
  const second = await powerOn();
  expectIn(await tellSystems(second), 'A runs', 'ORDER=A B', 'B=0');
  const from = written(second, 'verity.log').length;
  await sell(second, SALES.afterTheCut, 'after the power cut, while the installation is repeated');
  await told(second, 'staged', NEXT);
  say(`${NEXT} is staged: ${installSeconds(second)}`);
  tellVerity(second, from);
  await second.machine.restarted(RESTART_MS);
  say('nobody was served: the box restarted by itself');

  const third = await powerOn();
  expectIn(await tellSystems(third), 'B runs');
  await sell(third, SALES.onTrial, 'on trial');
  await told(third, 'confirmed', NEXT);
  say(
    `${NEXT} is kept; steps since its start: ${toldSteps(third)
      .map(({ step }) => step)
      .join(', ')}`,
  );
  expectIn(await tellSystems(third), 'B runs', 'B good', 'ORDER=B A', 'B=3');
  await toldByVoice(third, await sell(third, SALES.kept, 'on the new system'));
  return third;
}

function expectIn(said: string, ...parts: readonly string[]): void {
  for (const part of parts) if (!said.includes(part)) throw new Error(`"${part}" is not in: ${said}`);
}

/** How long RAUC took, by its own log. */
function installSeconds(day: Day): string {
  const lines = terminalLog(day)
    .split('\n')
    .filter((line) => line.includes('"step":'));
  const times = new Map(
    lines.map((line) => [/"step":"(\w+)"/.exec(line)?.[1], Number(/"time":(\d+)/.exec(line)?.[1])]),
  );
  return `${(((times.get('staged') ?? 0) - (times.get('offered') ?? 0)) / 1000).toFixed(1)} s after it was offered`;
}

/** What an integrator writes for a box with RAUC. */
function configureUpgrades(shared: string, vendor: UpgradeServer): void {
  const file = join(shared, 'till.json');
  const config = JSON.parse(readFileSync(file, 'utf8')) as { devices: Record<string, unknown> };
  const { wifi: _wifi, wifiInterface: _interface, ...devices } = config.devices;
  const upgrade = {
    installer: 'rauc',
    folder: '/data/upgrade',
    rebootProgram: '/usr/sbin/reboot-box',
    url: vendor.url,
    caFile: '/lab/release-ca.pem',
    rootFile: '/lab/root.json',
    checkMs: 3000,
    soakMs: 20_000,
  };
  writeFileSync(file, JSON.stringify({ ...config, devices, upgrade }, null, 2));
  writeFileSync(join(shared, 'release-ca.pem'), vendor.caPem);
  copyFileSync(vendor.rootFile, join(shared, 'root.json'));
}

const { values } = commandLine(USAGE, {
  options: {
    out: { type: 'string', default: 'lab-upgrade-run' },
    cache: { type: 'string', default: join(homedir(), '.cache/till-lab') },
    memory: { type: 'string', default: '512' },
    kvm: { type: 'boolean', default: false },
  },
});
const memoryMiB = wholeNumber(USAGE, '--memory', values.memory);
const missing = missingPrograms([
  ['rauc', 'rauc'],
  ['mksquashfs', 'squashfs-tools'],
]);
if (missing.length > 0) {
  for (const words of missing) console.error(`lab: ${words}`);
  process.exitCode = EXIT_MISSING;
} else {
  await runUpgrade({
    out: resolve(values.out),
    cache: resolve(values.cache),
    memoryMiB,
    acceleration: values.kvm ? 'kvm' : 'tcg',
  });
}

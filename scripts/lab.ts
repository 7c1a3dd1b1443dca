import { execFileSync } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SystemClock } from '../hal/clock/system-clock.ts';
import { SystemRandom } from '../hal/random/system-random.ts';
import { demoMerchants } from '../simulator/gateway/merchant.ts';
import { openShippedGlyphs } from '../bin/start/glyph-packs.ts';
import { startSandboxServer } from '../simulator/gateway/server.ts';
import { commandLine, wholeNumber } from './command-line.ts';
import { type Day, HOST, provision, startSurroundings, startTerminal, stopTerminal, terminalLog } from './lab/day.ts';
import { journalOnDisk, judgeSales } from './lab/books.ts';
import { buildImage, type GuestImage } from './lab/guest-image.ts';
import { type Acceleration, Machine } from './lab/machine.ts';
import { fetchPackages, missingPrograms } from './lab/packages.ts';
import {
  afterThePowerCut,
  CUT,
  EVENING,
  firstHours,
  MORNING,
  powerCutInPayment,
  SILENT,
  UNPLUGGED,
  unpluggedInPayment,
  withoutSoundAndAir,
} from './lab/run.ts';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const USAGE = `Usage: npm run lab -- [--out DIR] [--cache DIR] [--kvm] [--memory MIB] [--pictures DIR]

Boots Debian's kernel in QEMU with the device bundle: a USB printer, a USB scanner and keypad, a sound card, WiFi, a
display and a watchdog, each true to the kernel. The terminal joins WiFi by scan, is configured by scan, takes payments
over the air, prints and speaks, loses printer, scanner, loudspeaker and WiFi in payments, and its power between the
charge and the answer. What is printed and played comes back and is compared. The log and the pictures are left in DIR
(lab-run).

Options:
  --out DIR       where the results go
  --cache DIR     where Debian's packages are kept (~/.cache/till-lab)
  --kvm           the processor's own virtual machines, not software; few machines that are virtual themselves can do it
  --memory MIB    of the box (512)
  --pictures DIR  copies the pictures there too, as lab-*.png

Exit codes: 0 when every step came about, 1 when one did not, 2 for options that cannot be understood, 3 when this
machine lacks a program (it is named).
`;
const EXIT_MISSING = 3;
const SALES = [MORNING, UNPLUGGED, SILENT, CUT, EVENING];

interface Places {
  readonly out: string;
  readonly cache: string;
  readonly memoryMiB: number;
  readonly acceleration: Acceleration;
  /** Where the pictures are copied to; null: nowhere. */
  readonly pictures: string | null;
}

async function runLab({ out, cache, memoryMiB, acceleration, pictures }: Places): Promise<void> {
  const work = join(out, 'work');
  const shared = join(work, 'shared');
  rmSync(out, { recursive: true, force: true });
  mkdirSync(shared, { recursive: true });
  const begun = performance.now();
  const say = (words: string): void => {
    const line = `${((performance.now() - begun) / 1000).toFixed(1).padStart(7)} s  ${words}`;
    console.log(line);
    appendFileSync(join(out, 'lab.log'), `${line}\n`);
  };
  const image = imageOfBox(work, cache, say);
  const disk = join(work, 'disk.ext4');
  execFileSync('sh', ['-c', 'truncate -s 64M "$1" && PATH=$PATH:/sbin mkfs.ext4 -q -F "$1"', 'sh', disk]);
  const gateway = await startSandboxServer({
    dataDir: join(work, 'gateway'),
    clock: new SystemClock(),
    random: new SystemRandom(),
    merchants: demoMerchants(),
    alsoReachedAt: [HOST],
  });
  provision(gateway, shared);
  const glyphs = openShippedGlyphs(16);
  let day: Day | null = null;
  const powerOn = async (): Promise<Day> => {
    for (const name of ['terminal.log', 'slip.bytes', 'voice.raw']) rmSync(join(shared, name), { force: true });
    const machine = await Machine.start({ image, folder: work, disk, memoryMiB, acceleration });
    day = { machine, gateway, shared, out, glyphs, say };
    say(`power on: ${await machine.shell.run('echo "$(uname -sr), $(node --version), $(nproc) processors"')}`);
    await startSurroundings(day);
    await startTerminal(day);
    say(`the terminal has started: ${await memoryOf(machine)}`);
    return day;
  };
  try {
    const first = await powerOn();
    await firstHours(first);
    await unpluggedInPayment(first);
    await withoutSoundAndAir(first);
    const order = await powerCutInPayment(first);
    const second = await powerOn();
    await afterThePowerCut(second, order);
    say(`at the end: ${await memoryOf(second.machine)}`);
    await stopTerminal(second);
    await second.machine.cut();
    judgeSales(gateway, SALES.length, journalOnDisk(disk, work), say);
    say('gateway and journal agree; the lab is done');
    if (pictures !== null) copyPictures(out, pictures);
  } finally {
    if (day !== null) {
      writeFileSync(join(out, 'terminal.log'), terminalLog(day));
      await (day as Day).machine.cut();
    }
    await gateway.close();
  }
}

/** Debian's packages, the bundle as devices get it, and what the box boots from both. */
function imageOfBox(work: string, cache: string, say: (words: string) => void): GuestImage {
  mkdirSync(cache, { recursive: true });
  const root = fetchPackages(cache);
  const bundle = join(work, 'bundle');
  const built = ['scripts/bundle.ts', '--out', join(bundle, 'till-terminal.cjs')];
  execFileSync(process.execPath, built, { cwd: PROJECT, stdio: ['ignore', 'ignore', 'inherit'] });
  const init = join(PROJECT, 'scripts/lab/init.sh');
  const launcher = join(PROJECT, 'deploy/till-terminal');
  const grab = join(work, 'till-grab');
  execFileSync('cc', ['-Os', '-o', grab, join(PROJECT, 'deploy/input/till-grab.c')]);
  const image = buildImage({ root, bundle, launcher, node: process.execPath, grab, init }, work);
  say('the image of the box is built: kernel, BusyBox, Node, the bundle');
  return image;
}

function copyPictures(out: string, pictures: string): void {
  for (const name of readdirSync(out).filter((one) => one.endsWith('.png')))
    copyFileSync(join(out, name), join(pictures, `lab-${name}`));
}

async function memoryOf({ shell }: Machine): Promise<string> {
  const resident = await shell.run("sed -n 's/^VmRSS:[^0-9]*//p' /proc/$(pidof node)/status");
  const free = await shell.run("sed -n 's/^MemAvailable:[^0-9]*//p' /proc/meminfo");
  return `${resident} resident, ${free} of the box to spare`;
}

const options = {
  out: { type: 'string', default: 'lab-run' },
  cache: { type: 'string', default: join(homedir(), '.cache/till-lab') },
  memory: { type: 'string', default: '512' },
  pictures: { type: 'string' },
  kvm: { type: 'boolean', default: false },
} as const;
const { values } = commandLine(USAGE, { options });
const memoryMiB = wholeNumber(USAGE, '--memory', values.memory);
const missing = missingPrograms();
if (missing.length > 0) {
  for (const words of missing) console.error(`lab: ${words}`);
  process.exitCode = EXIT_MISSING;
} else {
  await runLab({
    out: resolve(values.out),
    cache: resolve(values.cache),
    memoryMiB,
    acceleration: values.kvm ? 'kvm' : 'tcg',
    pictures: values.pictures === undefined ? null : resolve(values.pictures),
  });
}

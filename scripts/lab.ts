import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { SystemClock } from '../hal/clock/system-clock.ts';
import { PROFILE_58MM } from '../hal/printer/escpos/profile.ts';
import { pictureOf } from '../hal/printer/escpos/picture.ts';
import { SystemRandom } from '../hal/random/system-random.ts';
import { demoMerchants } from '../simulator/gateway/merchant.ts';
import { startSandboxServer } from '../simulator/gateway/server.ts';
import {
  configureByScan,
  type Day,
  joinByScan,
  listen,
  pay,
  prepareBox,
  startTerminal,
  terminalLog,
  type,
  until,
} from './lab/day.ts';
import { buildImage } from './lab/guest-image.ts';
import { type Acceleration, Machine } from './lab/machine.ts';
import { fetchPackages, missingPrograms } from './lab/packages.ts';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const USAGE = `Usage: npm run lab -- [--out DIR] [--cache DIR] [--kvm] [--memory MIB]

Boots Debian's kernel in QEMU with the device bundle: a USB printer, a USB scanner and keypad, a sound card, WiFi, a
display and a watchdog, each true to the kernel. The terminal joins WiFi by scan, is configured by scan, takes payments,
prints, speaks, and loses its power. The log, the slip, the display and the recording are left in DIR (lab-run).

Options:
  --out DIR     where the results go
  --cache DIR   where Debian's packages are kept (~/.cache/till-lab)
  --kvm         the processor's own virtual machines instead of software; not every machine that has them lets them nest
  --memory MIB  of the box (512)

Exit codes: 0 when every step came about, 1 when one did not, 2 for options that cannot be understood, 3 when this
machine lacks a program (it is named).
`;
const EXIT_MISSING = 3;
/** Louder than the noise of an empty line; samples have 16 bits. */
const HEARD = 500;

interface Places {
  readonly out: string;
  readonly cache: string;
  readonly memoryMiB: number;
  readonly acceleration: Acceleration;
}

async function runLab({ out, cache, memoryMiB, acceleration }: Places): Promise<void> {
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
  mkdirSync(cache, { recursive: true });
  const root = fetchPackages(cache);
  say('Debian packages are there');
  const bundle = join(work, 'bundle');
  const built = ['scripts/bundle.ts', '--out', join(bundle, 'till-terminal.cjs')];
  execFileSync(process.execPath, built, { cwd: PROJECT, stdio: ['ignore', 'ignore', 'inherit'] });
  const init = join(PROJECT, 'scripts/lab/init.sh');
  const launcher = join(PROJECT, 'deploy/till-terminal');
  const image = buildImage({ root, bundle, launcher, node: process.execPath, init }, work);
  const disk = join(work, 'disk.ext4');
  execFileSync('sh', ['-c', 'truncate -s 64M "$1" && PATH=$PATH:/sbin mkfs.ext4 -q -F "$1"', 'sh', disk]);
  say('the image of the box is built');
  const gateway = await startSandboxServer({
    dataDir: join(work, 'gateway'),
    clock: new SystemClock(),
    random: new SystemRandom(),
    merchants: demoMerchants(),
    settings: {},
  });
  const powerOn = async (): Promise<Day> => {
    const machine = await Machine.start({ image, folder: work, disk, memoryMiB, acceleration });
    say(
      `power on: ${(await machine.shell.run('uname -sr')).trim()}, node ${await machine.shell.run('node --version')}`,
    );
    const day: Day = { machine, gateway, shared, say };
    await prepareBox(day);
    await startTerminal(day);
    await until('the terminal', () => terminalLog(day).includes('terminal started'));
    say('the terminal has started');
    return day;
  };
  let day = await powerOn();
  try {
    await firstDay(day, out);
    await day.machine.cut();
    say('the power failed');
    rmSync(join(shared, 'terminal.log'), { force: true });
    day = await powerOn();
    const order = await pay(day, '8.80');
    say(`paid after the power cut: ${order}`);
    await picture(day, out, 'after-the-power-cut');
    const { totals } = gateway.sandbox.book();
    if (totals.orders !== 2 || totals.chargedTwice !== 0)
      throw new Error(`the gateway holds ${JSON.stringify(totals)}`);
    say('both orders are charged once; the lab is done');
  } finally {
    writeFileSync(join(out, 'terminal.log'), terminalLog(day));
    await day.machine.cut();
    await gateway.close();
  }
}

async function firstDay(day: Day, out: string): Promise<void> {
  const { shell } = day.machine;
  await picture(day, out, 'unconfigured');
  await joinByScan(day);
  await configureByScan(day);
  await until('the configuration', async () => (await snapshot(day)).includes('configured'));
  await shell.run('sleep 3');
  await picture(day, out, 'configured');
  day.say('configured by scan');
  await type(day, 'keypad', '\u001b');
  await listen(day, 'voice.wav', 20);
  const order = await pay(day, '20.05');
  day.say(`paid: ${order}`);
  await picture(day, out, 'paid');
  const slip = join(day.shared, 'slip.bytes');
  await until('the slip', () => existsSync(slip) && readFileSync(slip).length > 200);
  await shell.run('sleep 5');
  writeFileSync(join(out, 'slip.svg'), pictureOf(readFileSync(slip), PROFILE_58MM));
  day.say(`printed ${readFileSync(slip).length} bytes on /dev/usb/lp0`);
  await shell.until('the recording', '! pidof arecord >/dev/null');
  const recording = readFileSync(join(day.shared, 'voice.wav'));
  writeFileSync(join(out, 'voice.wav'), recording);
  const spoken = secondsHeard(recording);
  if (spoken < 1) throw new Error('nothing was heard on the sound card');
  day.say(`spoke for ${spoken.toFixed(1)} s on the sound card`);
}

/** Seconds in which the recording is louder than silence. */
function secondsHeard(wave: Buffer): number {
  const blocks: boolean[] = [];
  const block = 1600;
  for (let at = 44; at + block * 2 <= wave.length; at += block * 2) {
    let loudest = 0;
    for (let sample = at; sample < at + block * 2; sample += 2)
      loudest = Math.max(loudest, Math.abs(wave.readInt16LE(sample)));
    blocks.push(loudest > HEARD);
  }
  return blocks.filter((heard) => heard).length / 10;
}

async function snapshot({ machine }: Day): Promise<string> {
  return machine.shell.run('node /usr/lib/till/till-terminal.cjs snapshot --data /data/till 2>&1; true');
}

/** What the display shows, as a PNG where this machine can make one. */
async function picture({ machine, say }: Day, out: string, name: string): Promise<void> {
  const ppm = join(out, `${name}.ppm`);
  await machine.screenshot(ppm);
  const made = spawnSync('convert', [ppm, join(out, `${name}.png`)]);
  if (made.status === 0) rmSync(ppm);
  say(`the display: ${name}`);
}

const options = {
  out: { type: 'string', default: 'lab-run' },
  cache: { type: 'string', default: join(homedir(), '.cache/till-lab') },
  memory: { type: 'string', default: '512' },
  kvm: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;
const { values } = parseArgs({ options });
const missing = missingPrograms();
if (values.help) console.log(USAGE);
else if (missing.length > 0) {
  for (const words of missing) console.error(`lab: ${words}`);
  process.exitCode = EXIT_MISSING;
} else {
  await runLab({
    out: resolve(values.out),
    cache: resolve(values.cache),
    memoryMiB: Number(values.memory),
    acceleration: values.kvm ? 'kvm' : 'tcg',
  });
}

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Bench } from '../test/support/bench.ts';
import { buildDevice } from './bench/device.ts';
import type { Figure } from './bench/figure.ts';
import { measureLimit } from './bench/memory-limit.ts';
import { measurePayments } from './bench/payments.ts';
import { asText, machineName } from './bench/report.ts';
import { buildBoxImage, type BoxKind } from './bench/box-image.ts';
import { type BoxOutcome, tryBox } from './bench/emulated-box.ts';
import { fetchArmv7 } from './bench/box-packages.ts';
import { measureStart } from './bench/start.ts';
import { commandLine, refuse, wholeNumber } from './command-line.ts';
import { fetchPackages, missingPrograms } from './lab/packages.ts';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const USAGE = `Usage: npm run bench:device -- [--payments N]
       npm run bench:device -- --machine armv7|x86 [--memory MIB,MIB…] [--payments N]

Start and memory of the device bundle beside a bare Node of the same version, in one run; then payments inside a memory
limit of 48 MiB, where this machine makes such limits (root and cgroups).

With --machine: the smallest machine that boots the bundle and pays, kernel included, in QEMU: an ARMv7 Cortex-A7 with
Debian's kernel and Node, or x86. Needs what "npm run lab" needs, and qemu-system-arm.

Options:
  --payments N    through the bundle (1000; in a small machine 3)
  --machine KIND  a small machine instead
  --memory LIST   of the small machine, in MiB (96,72,64)
  --zram MIB      of the terminal's resting memory that it may keep compressed (0)
  --cache DIR     where Debian's packages are kept (~/.cache/till-lab)
  --help          this text

Exit code 1 when a budget is missed, or the largest small machine fails; 2 for options that cannot be understood.
`;
const LIMITED_PAYMENTS = 50;

async function measureDevice(payments: number): Promise<Figure[]> {
  const folder = mkdtempSync(join(PROJECT, '.till-bench-'));
  try {
    const device = buildDevice(folder);
    const bench = await Bench.start();
    await bench.terminal.stop();
    const figures = await measureStart(bench, device);
    const limited = await measureLimit(bench, device, LIMITED_PAYMENTS);
    figures.push(...(await measurePayments(bench, device, payments)), ...limited);
    if (limited.length === 0)
      console.error('bench: this machine makes no memory limits: run it as root where cgroups are');
    await bench.close();
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface BoxSearch {
  readonly kind: BoxKind;
  /** MiB. */
  readonly sizes: readonly number[];
  readonly zramMiB: number;
  readonly payments: number;
  readonly cache: string;
}

/** Largest first: a machine that fails ends the search, as a smaller one would fail too. */
async function measureBoxes({ kind, sizes, zramMiB, payments, cache }: BoxSearch): Promise<boolean> {
  mkdirSync(cache, { recursive: true });
  const root = kind === 'armv7' ? fetchArmv7(cache) : fetchPackages(cache);
  const folder = mkdtempSync(join(PROJECT, '.till-bench-'));
  const paid: boolean[] = [];
  try {
    buildDevice(join(folder, 'bundle'));
    const image = buildBoxImage({ kind, root, bundle: join(folder, 'bundle'), node: process.execPath }, folder);
    for (const memoryMiB of sizes.toSorted((a, b) => b - a)) {
      const outcome = await tryBox({ kind, memoryMiB, zramMiB, image, folder, payments });
      console.log(inWords(outcome));
      paid.push(outcome.why === '');
      if (outcome.why !== '') break;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return paid[0] === true;
}

function inWords({ kind, memoryMiB, readyMs, scans, saleMs, memory, why }: BoxOutcome): string {
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  const parts = [
    readyMs === null ? 'never ready' : `ready ${seconds(readyMs)} after power-on`,
    ...(scans > 1 ? [`configured at scan ${scans}`] : []),
    `${saleMs.length} payments${saleMs.length > 0 ? `: ${saleMs.map(seconds).join(', ')}` : ''}`,
    ...Object.entries(memory).map(([name, kilobytes]) => `${name} ${(kilobytes / 1024).toFixed(1)} MiB`),
  ];
  return `${kind} ${memoryMiB} MiB: ${why === '' ? 'boots and pays' : `fails (${why})`}; ${parts.join('; ')}`;
}

const { values } = commandLine(USAGE, {
  options: {
    payments: { type: 'string' },
    machine: { type: 'string' },
    memory: { type: 'string', default: '96,72,64' },
    zram: { type: 'string', default: '0' },
    cache: { type: 'string', default: join(homedir(), '.cache/till-lab') },
  },
});
const { machine } = values;
if (machine === 'armv7' || machine === 'x86') {
  const missing = missingPrograms(machine === 'armv7' ? [['qemu-system-arm', 'qemu-system-arm']] : []);
  for (const words of missing) console.error(`bench: ${words}`);
  const search: BoxSearch = {
    kind: machine,
    sizes: values.memory.split(',').map((size) => wholeNumber(USAGE, '--memory', size)),
    zramMiB: wholeNumber(USAGE, '--zram', values.zram, 0),
    payments: wholeNumber(USAGE, '--payments', values.payments ?? '3'),
    cache: resolve(values.cache),
  };
  const isGood = missing.length === 0 && (await measureBoxes(search));
  process.exitCode = isGood ? 0 : 1;
} else if (machine !== undefined) {
  refuse(USAGE, `--machine must be armv7 or x86, not "${machine}"`);
} else {
  const figures = await measureDevice(wholeNumber(USAGE, '--payments', values.payments ?? '1000'));
  console.log(`${machineName()}\n\n${asText(figures)}`);
  process.exitCode = figures.some(({ met }) => met === false) ? 1 : 0;
}
